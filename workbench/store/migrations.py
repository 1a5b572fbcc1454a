"""The schema as a story: each function is one step, applied once, in this order.

Tables are STRICT, values are CHECKed, and what must never change is guarded by triggers.
JSON columns hold what is read whole; what is searched or joined has a column of its own.
"""

from workbench.store.sqlite import Database, Migrations

schema = Migrations("workbench")


@schema()
def people(db: Database) -> None:
    """Reviewers, and the ways they sign in. Names live in this one table alone."""
    db.executescript("""
    CREATE TABLE reviewers (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        name TEXT UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('human', 'simulated', 'judge')),
        role TEXT NOT NULL CHECK (role IN ('reviewer', 'lead', 'owner')),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        seed INTEGER NOT NULL,
        imported_from TEXT,
        paused_reason TEXT,
        created_at TEXT NOT NULL,
        forgotten_at TEXT
    ) STRICT;
    CREATE TABLE credentials (
        id INTEGER PRIMARY KEY,
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        kind TEXT NOT NULL CHECK (kind IN ('link', 'session', 'api_key')),
        sha256 TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        expires_at TEXT,
        used_at TEXT,
        revoked_at TEXT
    ) STRICT;
    CREATE INDEX credentials_by_reviewer ON credentials (reviewer_id, kind);
    """)


@schema()
def projects(db: Database) -> None:
    """A project, and the frozen texts (rubric, taxonomy, guidelines) that it judges by."""
    db.executescript("""
    CREATE TABLE projects (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE CHECK (slug GLOB '[a-z0-9]*'),
        title TEXT NOT NULL,
        settings TEXT NOT NULL CHECK (json_valid(settings)),
        current_model_id INTEGER REFERENCES models (id),
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE snapshots (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        kind TEXT NOT NULL CHECK (kind IN ('rubric', 'taxonomy', 'guidelines')),
        version INTEGER NOT NULL CHECK (version >= 1),
        sha256 TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (project_id, kind, version)
    ) STRICT;
    CREATE TRIGGER snapshots_are_frozen BEFORE UPDATE ON snapshots
    BEGIN SELECT RAISE (ABORT, 'snapshots are never changed'); END;
    """)


@schema()
def prompts(db: Database) -> None:
    """What came in, by which import. Rows of an unfinished import are invisible."""
    db.executescript("""
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        kind TEXT NOT NULL,
        file_name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        report TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(report))
    ) STRICT;
    CREATE TABLE attachments (
        sha256 TEXT PRIMARY KEY,
        media_type TEXT NOT NULL,
        bytes INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE prompts (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        import_id INTEGER NOT NULL REFERENCES imports (id),
        external_id TEXT,
        content_hash TEXT NOT NULL,
        messages TEXT NOT NULL CHECK (json_valid(messages)),
        variables TEXT CHECK (variables IS NULL OR json_valid(variables)),
        context TEXT,
        reference TEXT,
        tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
        occurred_at TEXT,
        split TEXT NOT NULL CHECK (split IN ('train', 'heldout')),
        cluster TEXT NOT NULL,
        near_heldout INTEGER NOT NULL DEFAULT 0 CHECK (near_heldout IN (0, 1)),
        created_at TEXT NOT NULL,
        UNIQUE (project_id, content_hash)
    ) STRICT;
    CREATE INDEX prompts_by_split ON prompts (project_id, split, id);
    CREATE INDEX prompts_by_cluster ON prompts (project_id, cluster);
    CREATE INDEX prompts_by_external_id ON prompts (project_id, external_id);
    CREATE INDEX prompts_by_import ON prompts (import_id);
    """)


@schema()
def answers(db: Database) -> None:
    """Models, templates and variants; what they generated, and where they failed to."""
    db.executescript("""
    CREATE TABLE templates (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        name TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version >= 1),
        system TEXT NOT NULL,
        user TEXT NOT NULL,
        few_shot TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(few_shot)),
        created_at TEXT NOT NULL,
        UNIQUE (project_id, name, version)
    ) STRICT;
    CREATE TABLE models (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('local', 'endpoint', 'imported')),
        location TEXT NOT NULL,
        adapter TEXT,
        fingerprint TEXT NOT NULL,
        training_run_id INTEGER REFERENCES training_runs (id),
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE variants (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        name TEXT NOT NULL,
        model_id INTEGER NOT NULL REFERENCES models (id),
        template_id INTEGER NOT NULL REFERENCES templates (id),
        sampling TEXT NOT NULL CHECK (json_valid(sampling)),
        created_at TEXT NOT NULL,
        UNIQUE (project_id, name),
        UNIQUE (project_id, model_id, template_id, sampling)
    ) STRICT;
    CREATE TABLE completions (
        id INTEGER PRIMARY KEY,
        prompt_id INTEGER NOT NULL REFERENCES prompts (id),
        variant_id INTEGER NOT NULL REFERENCES variants (id),
        sample_index INTEGER NOT NULL CHECK (sample_index >= 0),
        messages TEXT NOT NULL CHECK (json_valid(messages)),
        rendered TEXT NOT NULL CHECK (json_valid(rendered)),
        finish_reason TEXT,
        tokens_in INTEGER,
        tokens_out INTEGER,
        latency_ms REAL,
        cost_usd REAL,
        seed INTEGER,
        import_id INTEGER REFERENCES imports (id),
        job_id INTEGER REFERENCES jobs (id),
        created_at TEXT NOT NULL,
        UNIQUE (prompt_id, variant_id, sample_index)
    ) STRICT;
    CREATE INDEX completions_by_variant ON completions (variant_id, prompt_id);
    CREATE INDEX completions_by_import ON completions (import_id);
    CREATE TRIGGER completions_are_immutable BEFORE UPDATE ON completions
    BEGIN SELECT RAISE (ABORT, 'completions are never changed'); END;
    CREATE TABLE masks (
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        start INTEGER NOT NULL,
        end INTEGER NOT NULL CHECK (end > start),
        reason TEXT NOT NULL,
        PRIMARY KEY (completion_id, start, end)
    ) STRICT;
    CREATE TABLE generation_failures (
        id INTEGER PRIMARY KEY,
        prompt_id INTEGER NOT NULL REFERENCES prompts (id),
        variant_id INTEGER NOT NULL REFERENCES variants (id),
        sample_index INTEGER NOT NULL,
        job_id INTEGER REFERENCES jobs (id),
        code TEXT NOT NULL,
        message TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX failures_by_variant ON generation_failures (variant_id, prompt_id);
    """)


@schema()
def comparisons(db: Database) -> None:
    """What is to be judged. `open_slots` = wanted − counted − held, kept in one transaction."""
    db.executescript("""
    CREATE TABLE comparisons (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        round_id INTEGER REFERENCES rounds (id),
        prompt_id INTEGER NOT NULL REFERENCES prompts (id),
        turn INTEGER NOT NULL DEFAULT 0 CHECK (turn >= 0),
        kind TEXT NOT NULL CHECK (kind IN ('work', 'gold', 'repeat', 'heldout')),
        repeat_of INTEGER REFERENCES comparisons (id),
        import_id INTEGER REFERENCES imports (id),
        fingerprint TEXT NOT NULL,
        priority REAL NOT NULL DEFAULT 0,
        pick_probability REAL,
        wanted INTEGER NOT NULL CHECK (wanted >= 0),
        counted INTEGER NOT NULL DEFAULT 0 CHECK (counted >= 0),
        open_slots INTEGER NOT NULL CHECK (open_slots >= 0),
        retired_at TEXT,
        created_at TEXT NOT NULL,
        UNIQUE (project_id, kind, fingerprint)
    ) STRICT;
    CREATE INDEX comparisons_open ON comparisons (project_id, priority, id)
        WHERE open_slots > 0 AND kind <> 'gold';
    CREATE INDEX comparisons_by_prompt ON comparisons (prompt_id);
    CREATE INDEX comparisons_by_round ON comparisons (round_id, kind);
    CREATE TABLE comparison_completions (
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        position INTEGER NOT NULL CHECK (position >= 0),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        PRIMARY KEY (comparison_id, position),
        UNIQUE (comparison_id, completion_id)
    ) STRICT;
    CREATE INDEX comparisons_by_completion ON comparison_completions (completion_id);
    CREATE TABLE gold (
        comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
        project_id INTEGER NOT NULL REFERENCES projects (id),
        winner_id INTEGER REFERENCES completions (id),
        source TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
    ) STRICT;
    CREATE TABLE leases (
        id TEXT PRIMARY KEY,
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        tab TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('held', 'submitted', 'released', 'expired')),
        shown TEXT NOT NULL CHECK (json_valid(shown)),
        claimed_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX leases_one_held ON leases (comparison_id, reviewer_id)
        WHERE status = 'held';
    CREATE INDEX leases_by_holder ON leases (reviewer_id, tab) WHERE status = 'held';
    CREATE INDEX leases_by_expiry ON leases (expires_at) WHERE status = 'held';
    CREATE INDEX leases_by_comparison ON leases (comparison_id, reviewer_id);
    CREATE TABLE drafts (
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        body TEXT NOT NULL CHECK (json_valid(body)),
        updated_at TEXT NOT NULL,
        PRIMARY KEY (comparison_id, reviewer_id)
    ) STRICT;
    """)


@schema()
def judgements(db: Database) -> None:
    """Verdicts, stored by completion. A revision is a new row; one is current at a time."""
    db.executescript("""
    CREATE TABLE judgements (
        id INTEGER PRIMARY KEY,
        submission_id TEXT NOT NULL,
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        lease_id TEXT REFERENCES leases (id),
        supersedes_id INTEGER REFERENCES judgements (id),
        current INTEGER NOT NULL DEFAULT 1 CHECK (current IN (0, 1)),
        surplus INTEGER NOT NULL DEFAULT 0 CHECK (surplus IN (0, 1)),
        withdrawn_at TEXT,
        winner_id INTEGER REFERENCES completions (id),
        strength INTEGER CHECK (strength BETWEEN 0 AND 3),
        ranking TEXT CHECK (ranking IS NULL OR json_valid(ranking)),
        all_bad INTEGER NOT NULL DEFAULT 0 CHECK (all_bad IN (0, 1)),
        probability REAL CHECK (probability BETWEEN 0 AND 1),
        rationale TEXT NOT NULL DEFAULT '',
        reasons TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(reasons)),
        seconds REAL CHECK (seconds >= 0),
        shown TEXT NOT NULL CHECK (json_valid(shown)),
        guidelines_version INTEGER NOT NULL,
        rubric_version INTEGER,
        taxonomy_version INTEGER,
        import_id INTEGER REFERENCES imports (id),
        created_at TEXT NOT NULL,
        UNIQUE (reviewer_id, submission_id),
        CHECK ((winner_id IS NULL) = (COALESCE (strength, 0) = 0))
    ) STRICT;
    CREATE UNIQUE INDEX judgements_one_current ON judgements (comparison_id, reviewer_id)
        WHERE current = 1;
    CREATE INDEX judgements_by_reviewer ON judgements (reviewer_id, id);
    CREATE INDEX judgements_by_import ON judgements (import_id);
    CREATE TABLE ratings (
        judgement_id INTEGER NOT NULL REFERENCES judgements (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        criterion TEXT NOT NULL,
        score INTEGER NOT NULL,
        PRIMARY KEY (judgement_id, completion_id, criterion)
    ) STRICT;
    CREATE TABLE spans (
        id INTEGER PRIMARY KEY,
        judgement_id INTEGER NOT NULL REFERENCES judgements (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        message INTEGER NOT NULL DEFAULT 0,
        start INTEGER NOT NULL CHECK (start >= 0),
        end INTEGER NOT NULL CHECK (end > start),
        quote TEXT NOT NULL,
        category TEXT NOT NULL,
        severity TEXT,
        note TEXT NOT NULL DEFAULT '',
        view TEXT NOT NULL DEFAULT 'plain',
        evidence_start INTEGER,
        evidence_end INTEGER
    ) STRICT;
    CREATE INDEX spans_by_judgement ON spans (judgement_id);
    CREATE TABLE corrections (
        judgement_id INTEGER NOT NULL REFERENCES judgements (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        text TEXT NOT NULL,
        PRIMARY KEY (judgement_id, completion_id)
    ) STRICT;
    CREATE TABLE skips (
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        reason TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (comparison_id, reviewer_id)
    ) STRICT;
    """)


@schema()
def quality(db: Database) -> None:
    """What judgements add up to, where they disagree, and what was said and ruled about it."""
    db.executescript("""
    CREATE TABLE consensus (
        comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
        winner_id INTEGER REFERENCES completions (id),
        posterior REAL NOT NULL CHECK (posterior BETWEEN 0 AND 1),
        votes INTEGER NOT NULL,
        through_event_id INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE adjudications (
        id INTEGER PRIMARY KEY,
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        ruling TEXT NOT NULL CHECK (json_valid(ruling)),
        note TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX adjudications_by_comparison ON adjudications (comparison_id);
    CREATE TABLE threads (
        id INTEGER PRIMARY KEY,
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
        created_at TEXT NOT NULL,
        resolved_at TEXT
    ) STRICT;
    CREATE TABLE thread_messages (
        id INTEGER PRIMARY KEY,
        thread_id INTEGER NOT NULL REFERENCES threads (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        text TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    """)


@schema()
def loop(db: Database) -> None:
    """Dataset versions, training runs, rounds and what they showed."""
    db.executescript("""
    CREATE TABLE dataset_versions (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        round_id INTEGER REFERENCES rounds (id),
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        format TEXT NOT NULL,
        folder TEXT NOT NULL,
        manifest TEXT NOT NULL CHECK (json_valid(manifest)),
        created_at TEXT NOT NULL,
        UNIQUE (project_id, sha256)
    ) STRICT;
    CREATE TRIGGER dataset_versions_are_frozen BEFORE UPDATE ON dataset_versions
    BEGIN SELECT RAISE (ABORT, 'dataset versions are never changed'); END;
    CREATE TABLE training_runs (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        dataset_version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
        base_model_id INTEGER NOT NULL REFERENCES models (id),
        job_id INTEGER REFERENCES jobs (id),
        method TEXT NOT NULL CHECK (method IN ('dpo', 'kto', 'reward', 'sft')),
        recipe TEXT NOT NULL CHECK (json_valid(recipe)),
        folder TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        error TEXT,
        created_at TEXT NOT NULL,
        finished_at TEXT
    ) STRICT;
    CREATE TABLE rounds (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        number INTEGER NOT NULL CHECK (number >= 0),
        policy_variant_id INTEGER NOT NULL REFERENCES variants (id),
        dataset_version_id INTEGER REFERENCES dataset_versions (id),
        training_run_id INTEGER REFERENCES training_runs (id),
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        UNIQUE (project_id, number)
    ) STRICT;
    CREATE TABLE reports (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        round_id INTEGER REFERENCES rounds (id),
        kind TEXT NOT NULL,
        body TEXT NOT NULL CHECK (json_valid(body)),
        through_event_id INTEGER NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reports_latest ON reports (project_id, kind, round_id, id);
    """)


@schema()
def machinery(db: Database) -> None:
    """Jobs, and the append-only log of who did what, by ids."""
    db.executescript("""
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        arguments TEXT NOT NULL CHECK (json_valid(arguments)),
        resource TEXT,
        project_id INTEGER REFERENCES projects (id),
        status TEXT NOT NULL
            CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        attempts INTEGER NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
        progress_done INTEGER NOT NULL DEFAULT 0,
        progress_total INTEGER NOT NULL DEFAULT 0,
        progress_note TEXT NOT NULL DEFAULT '',
        result TEXT CHECK (result IS NULL OR json_valid(result)),
        error TEXT,
        peak_rss_mb REAL,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT
    ) STRICT;
    CREATE INDEX jobs_unfinished ON jobs (status, id) WHERE status IN ('queued', 'running');
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        project_id INTEGER REFERENCES projects (id),
        reviewer_id INTEGER REFERENCES reviewers (id),
        kind TEXT NOT NULL,
        subject_id INTEGER,
        data TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data))
    ) STRICT;
    CREATE INDEX events_by_project ON events (project_id, id);
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
    CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
    BEGIN SELECT RAISE (ABORT, 'events are never removed'); END;
    """)


@schema()
def reviewing(db: Database) -> None:
    """Each reviewer's place in each queue; finer spans; one open thread a comparison."""
    db.executescript("""
    CREATE TABLE queue_places (
        project_id INTEGER NOT NULL REFERENCES projects (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        priority REAL NOT NULL DEFAULT -9e999,
        comparison_id INTEGER NOT NULL DEFAULT 0,
        drawn INTEGER NOT NULL DEFAULT 0 CHECK (drawn >= 0),
        PRIMARY KEY (project_id, reviewer_id)
    ) STRICT;
    ALTER TABLE spans ADD COLUMN subtype TEXT;
    CREATE UNIQUE INDEX threads_one_open ON threads (comparison_id) WHERE status = 'open';
    CREATE INDEX thread_messages_by_thread ON thread_messages (thread_id);
    """)


@schema()
def lighter_judging(db: Database) -> None:
    """A judgement touches fewer pages of the file: 11 instead of 14."""
    db.executescript("""
    DROP INDEX leases_by_holder;
    DROP INDEX leases_one_held;
    CREATE UNIQUE INDEX leases_one_held ON leases (reviewer_id, comparison_id)
        WHERE status = 'held';
    DROP INDEX judgements_by_import;
    CREATE INDEX judgements_by_import ON judgements (import_id) WHERE import_id IS NOT NULL;
    CREATE TABLE new_ratings (
        judgement_id INTEGER NOT NULL REFERENCES judgements (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        criterion TEXT NOT NULL,
        score INTEGER NOT NULL,
        PRIMARY KEY (judgement_id, completion_id, criterion)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO new_ratings SELECT judgement_id, completion_id, criterion, score FROM ratings;
    DROP TABLE ratings;
    ALTER TABLE new_ratings RENAME TO ratings;
    """)


@schema()
def revisions_of_imports(db: Database) -> None:
    """An unfinished import is removed in linear time: who supersedes a row is found by index."""
    db.executescript("""
    CREATE INDEX judgements_by_superseded ON judgements (supersedes_id)
        WHERE supersedes_id IS NOT NULL;
    """)


@schema()
def trust(db: Database) -> None:
    """Reviewers are measured while they judge; what is disputed gets a second look.

    What was made for gold alone is marked, so that it is never queued, ranked or exported.
    """
    db.executescript("""
    ALTER TABLE prompts ADD COLUMN gold_only INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE completions ADD COLUMN gold_only INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE gold ADD COLUMN loser_id INTEGER REFERENCES completions (id);
    ALTER TABLE gold ADD COLUMN training INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE gold ADD COLUMN explanation TEXT NOT NULL DEFAULT '';
    ALTER TABLE gold ADD COLUMN made_by INTEGER REFERENCES reviewers (id);
    CREATE INDEX gold_by_project ON gold (project_id, training) WHERE active = 1;
    ALTER TABLE judgements ADD COLUMN passed INTEGER CHECK (passed IN (0, 1));
    ALTER TABLE leases ADD COLUMN picked_by TEXT;
    ALTER TABLE leases ADD COLUMN pick_probability REAL;
    CREATE TABLE track_records (
        project_id INTEGER NOT NULL REFERENCES projects (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        gold_drawn INTEGER NOT NULL DEFAULT 0,
        passed INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        suspicion REAL NOT NULL DEFAULT 0,
        trained INTEGER NOT NULL DEFAULT 0,
        trained_right INTEGER NOT NULL DEFAULT 0,
        qualified_at TEXT,
        paused_at TEXT,
        resumed_at TEXT,
        discounted_at TEXT,
        withdrawn_at TEXT,
        PRIMARY KEY (project_id, reviewer_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE reviews (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        reason TEXT NOT NULL CHECK (reason IN ('dispute', 'sample', 'newcomer', 'asked')),
        opened_at TEXT NOT NULL,
        decision TEXT CHECK (decision IN ('accepted', 'rejected', 'requeued', 'ruled')),
        decided_by INTEGER REFERENCES reviewers (id),
        decided_at TEXT,
        note TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE UNIQUE INDEX reviews_one_open ON reviews (comparison_id) WHERE decision IS NULL;
    CREATE INDEX reviews_waiting ON reviews (project_id, id) WHERE decision IS NULL;
    CREATE INDEX reviews_by_comparison ON reviews (comparison_id, id);
    CREATE TABLE sent_back (
        judgement_id INTEGER PRIMARY KEY REFERENCES judgements (id),
        review_id INTEGER NOT NULL REFERENCES reviews (id),
        seen_at TEXT
    ) STRICT;
    CREATE INDEX judgements_withdrawn ON judgements (reviewer_id) WHERE withdrawn_at IS NOT NULL;
    ALTER TABLE threads ADD COLUMN resolved_by INTEGER REFERENCES reviewers (id);
    CREATE TABLE mentions (
        message_id INTEGER NOT NULL REFERENCES thread_messages (id),
        reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
        seen_at TEXT,
        PRIMARY KEY (message_id, reviewer_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mentions_unseen ON mentions (reviewer_id) WHERE seen_at IS NULL;
    ALTER TABLE adjudications ADD COLUMN current INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE adjudications ADD COLUMN winner_id INTEGER REFERENCES completions (id);
    ALTER TABLE adjudications ADD COLUMN verdict INTEGER;
    CREATE UNIQUE INDEX adjudications_one_current ON adjudications (comparison_id)
        WHERE current = 1;
    ALTER TABLE prompts ADD COLUMN language TEXT;
    ALTER TABLE reviewers ADD COLUMN pay REAL;
    ALTER TABLE reviewers ADD COLUMN pay_per TEXT;
    DROP TABLE consensus;
    """)


@schema()
def votes(db: Database) -> None:
    """What a judgement says as one number, for statistics over millions: `store.votes` says how it
    is packed. It is derived from the row, which never changes in what it says.
    """
    first = "CAST(substr(shown, 2) AS INTEGER)"
    second = "CAST(substr(shown, instr(shown, ',') + 1) AS INTEGER)"
    said = f"""
        CAST(coalesce(seconds, 0) * 1000 AS INTEGER) * 128 + (seconds IS NOT NULL) * 64
        + coalesce(winner_id = {first}, 0) * 32 + coalesce(strength, 0) * 8
        + CASE WHEN ranking IS NOT NULL OR NOT shown GLOB '*,*' OR shown GLOB '*,*,*' THEN 3
               WHEN all_bad OR winner_id IS NULL THEN 2
               ELSE winner_id = max({first}, {second}) END
    """
    db.executescript(f"""
    ALTER TABLE judgements ADD COLUMN vote INTEGER NOT NULL DEFAULT 3;
    UPDATE judgements SET vote = {said};
    CREATE TRIGGER judgements_vote AFTER INSERT ON judgements
    BEGIN UPDATE judgements SET vote = {said} WHERE id = new.id; END;
    """)


@schema()
def comparing(db: Database) -> None:
    """Endpoints beside local models, grids of variants under one budget, and what each answer cost.

    A request is entered in the ledger before it is sent, so that what a killed process had under
    way is known and paid for; an answer is found again by the key of all that determines it.
    """
    db.executescript("""
    ALTER TABLE models ADD COLUMN served_as TEXT NOT NULL DEFAULT '';
    ALTER TABLE models ADD COLUMN key_variable TEXT;
    ALTER TABLE models ADD COLUMN most_at_once INTEGER CHECK (most_at_once >= 1);
    ALTER TABLE completions ADD COLUMN first_token_ms REAL;
    ALTER TABLE completions ADD COLUMN logprob REAL;
    ALTER TABLE completions ADD COLUMN batch TEXT;
    ALTER TABLE completions ADD COLUMN batch_place INTEGER;
    ALTER TABLE completions ADD COLUMN from_cache INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE completions ADD COLUMN request_key TEXT;
    CREATE INDEX completions_by_request ON completions (request_key)
        WHERE request_key IS NOT NULL AND from_cache = 0;
    CREATE INDEX completions_by_batch ON completions (batch, batch_place)
        WHERE batch IS NOT NULL;
    ALTER TABLE generation_failures ADD COLUMN attempts INTEGER;
    CREATE TABLE grids (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        title TEXT NOT NULL,
        plan TEXT NOT NULL CHECK (json_valid(plan)),
        budget_usd REAL CHECK (budget_usd >= 0),
        committed_usd REAL NOT NULL DEFAULT 0,
        stopped_at TEXT,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        grid_id INTEGER REFERENCES grids (id),
        prompt_id INTEGER NOT NULL REFERENCES prompts (id),
        variant_id INTEGER NOT NULL REFERENCES variants (id),
        sample_index INTEGER NOT NULL,
        most_usd REAL,
        sent_at TEXT NOT NULL,
        settled_at TEXT,
        outcome TEXT,
        tokens_in INTEGER,
        tokens_out INTEGER,
        cost_usd REAL
    ) STRICT;
    CREATE INDEX ledger_by_grid ON ledger (grid_id);
    CREATE INDEX ledger_unsettled ON ledger (grid_id) WHERE settled_at IS NULL;
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        grid_id INTEGER NOT NULL REFERENCES grids (id),
        model_id INTEGER NOT NULL REFERENCES models (id),
        file TEXT NOT NULL,
        requests INTEGER NOT NULL,
        remote_id TEXT,
        status TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        fetched INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        submitted_at TEXT,
        finished_at TEXT
    ) STRICT;
    CREATE INDEX batches_by_grid ON batches (grid_id, id);
    """)


@schema()
def ranking(db: Database) -> None:
    """How answers look, which sways those who judge them: measured once for each."""
    db.executescript("""
    CREATE TABLE styles (
        completion_id INTEGER PRIMARY KEY REFERENCES completions (id),
        characters INTEGER NOT NULL,
        headers INTEGER NOT NULL,
        lists INTEGER NOT NULL,
        bold INTEGER NOT NULL
    ) STRICT;
    """)


@schema()
def checks(db: Database) -> None:
    """Checks on answers, each a reviewer of its own; and what a mask hides, by message."""
    db.executescript("""
    CREATE TABLE checks (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        reviewer_id INTEGER NOT NULL UNIQUE REFERENCES reviewers (id),
        kind TEXT NOT NULL,
        settings TEXT NOT NULL CHECK (json_valid(settings)),
        created_at TEXT NOT NULL,
        retired_at TEXT
    ) STRICT;
    CREATE INDEX checks_by_project ON checks (project_id, id);
    CREATE TRIGGER checks_are_frozen BEFORE UPDATE OF kind, settings, project_id ON checks
    BEGIN SELECT RAISE (ABORT, 'a changed check is a new one'); END;
    CREATE TABLE check_results (
        check_id INTEGER NOT NULL REFERENCES checks (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        passed INTEGER CHECK (passed IN (0, 1)),
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (check_id, completion_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX check_results_by_completion ON check_results (completion_id);
    CREATE TABLE wider_masks (
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        message INTEGER NOT NULL DEFAULT 0 CHECK (message >= 0),
        start INTEGER NOT NULL CHECK (start >= 0),
        end INTEGER NOT NULL CHECK (end > start),
        reason TEXT NOT NULL,
        PRIMARY KEY (completion_id, message, start, end)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO wider_masks SELECT completion_id, 0, start, end, reason FROM masks;
    DROP TABLE masks;
    ALTER TABLE wider_masks RENAME TO masks;
    """)


@schema()
def judges(db: Database) -> None:
    """Judge models: what they read, order by order; what they decide instead of people, and what
    they suggest to them.
    """
    db.executescript("""
    CREATE TABLE judge_models (
        reviewer_id INTEGER PRIMARY KEY REFERENCES reviewers (id),
        project_id INTEGER NOT NULL REFERENCES projects (id),
        model_id INTEGER NOT NULL REFERENCES models (id),
        instructions TEXT NOT NULL,
        sampling TEXT NOT NULL CHECK (json_valid(sampling)),
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX judge_models_by_project ON judge_models (project_id);
    CREATE TRIGGER judge_models_are_frozen BEFORE UPDATE ON judge_models
    BEGIN SELECT RAISE (ABORT, 'a changed judge is a new one'); END;
    CREATE TABLE judge_readings (
        reviewer_id INTEGER NOT NULL REFERENCES judge_models (reviewer_id),
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        swapped INTEGER NOT NULL CHECK (swapped IN (0, 1)),
        preference INTEGER CHECK (preference BETWEEN -3 AND 3),
        ratings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(ratings)),
        spans TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(spans)),
        dropped INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        reply TEXT NOT NULL DEFAULT '',
        error TEXT,
        tokens_in INTEGER,
        tokens_out INTEGER,
        cost_usd REAL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (reviewer_id, comparison_id, swapped),
        CHECK ((preference IS NULL) = (error IS NOT NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX judge_readings_by_comparison ON judge_readings (comparison_id);
    CREATE TABLE triage (
        comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
        reviewer_id INTEGER NOT NULL REFERENCES judge_models (reviewer_id),
        decision TEXT NOT NULL CHECK (decision IN ('auto', 'audit', 'person')),
        confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
        audit REAL NOT NULL CHECK (audit BETWEEN 0 AND 1),
        wanted INTEGER NOT NULL,
        decided_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE suggestions (
        comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        reviewer_id INTEGER NOT NULL REFERENCES judge_models (reviewer_id),
        spans TEXT NOT NULL CHECK (json_valid(spans)),
        ratings TEXT NOT NULL CHECK (json_valid(ratings)),
        PRIMARY KEY (comparison_id, completion_id, reviewer_id)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE leases ADD COLUMN assisted INTEGER CHECK (assisted IN (0, 1));
    ALTER TABLE judgements ADD COLUMN assisted INTEGER CHECK (assisted IN (0, 1));
    ALTER TABLE judgements ADD COLUMN accepted INTEGER;
    ALTER TABLE judgements ADD COLUMN changed INTEGER;
    ALTER TABLE judgements ADD COLUMN refused INTEGER;
    """)


@schema()
def broken_attempts(db: Database) -> None:
    """Of a request that was made again: how many attempts broke off before the one that counts."""
    db.executescript("ALTER TABLE ledger ADD COLUMN broken INTEGER NOT NULL DEFAULT 0;")


@schema()
def lineage(db: Database) -> None:
    """Which judgements stand behind a dataset version: their rising ids, packed as
    `exporting.lineage` does it, since a version of a million rows is common. And what goes into
    exports, saved under a name.
    """
    db.executescript("""
    CREATE TABLE dataset_judgements (
        version_id INTEGER PRIMARY KEY REFERENCES dataset_versions (id),
        ids BLOB NOT NULL
    ) STRICT;
    CREATE INDEX training_runs_by_version ON training_runs (dataset_version_id);
    CREATE TABLE export_filters (
        project_id INTEGER NOT NULL REFERENCES projects (id),
        name TEXT NOT NULL,
        body TEXT NOT NULL CHECK (json_valid(body)),
        saved_at TEXT NOT NULL,
        PRIMARY KEY (project_id, name)
    ) STRICT, WITHOUT ROWID;
    """)


@schema()
def benchmarks(db: Database) -> None:
    """Questions that no dataset may hold, as a JSON list of texts."""
    db.executescript("""
    CREATE TABLE benchmarks (
        name TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        texts TEXT NOT NULL CHECK (json_valid(texts)),
        added_at TEXT NOT NULL
    ) STRICT;
    """)


@schema()
def cut_off(db: Database) -> None:
    """Exports under way, of which otherwise nothing is known once they are killed. And what was
    removed of imports and exports that were cut off, until somebody has read of it.
    """
    db.executescript("""
    CREATE TABLE exports_under_way (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        format TEXT NOT NULL,
        home TEXT NOT NULL,
        aside TEXT NOT NULL,
        placed TEXT,
        begun_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE removals (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        what TEXT NOT NULL CHECK (what IN ('import', 'export')),
        name TEXT NOT NULL,
        counts TEXT NOT NULL CHECK (json_valid(counts)),
        resumes INTEGER NOT NULL DEFAULT 0 CHECK (resumes IN (0, 1)),
        begun_at TEXT NOT NULL,
        removed_at TEXT NOT NULL,
        read_at TEXT
    ) STRICT;
    CREATE INDEX removals_by_project ON removals (project_id, what, id);
    """)


@schema()
def training_methods(db: Database) -> None:
    """Reward models, which judge answers and give none. And what a run is made of, in one hash, so
    that the same run is under way once at a time.
    """
    db.executescript("""
    CREATE TABLE reward_models (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        name TEXT NOT NULL UNIQUE,
        training_run_id INTEGER NOT NULL REFERENCES training_runs (id),
        location TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    ALTER TABLE training_runs ADD COLUMN identity TEXT;
    ALTER TABLE training_runs ADD COLUMN recipe_name TEXT NOT NULL DEFAULT '';
    ALTER TABLE training_runs ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
    CREATE UNIQUE INDEX training_runs_under_way ON training_runs (identity)
        WHERE status IN ('queued', 'running');
    """)


@schema()
def proofs(db: Database) -> None:
    """Heldout prompts as they were frozen, and what they prove: a candidate against the incumbent.
    Promotions with the evidence as it stood, models that the gate rejected, and prompts with
    checkable answers that a new model must still be able to give.
    """
    db.executescript("""
    CREATE TABLE frozen_sets (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        round_id INTEGER UNIQUE REFERENCES rounds (id),
        prompts TEXT NOT NULL CHECK (json_valid(prompts)),
        sha256 TEXT NOT NULL,
        frozen_at TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER frozen_sets_are_frozen BEFORE UPDATE ON frozen_sets
    BEGIN SELECT RAISE (ABORT, 'frozen sets are never changed'); END;
    CREATE TABLE proofs (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        frozen_set_id INTEGER NOT NULL REFERENCES frozen_sets (id),
        round_id INTEGER REFERENCES rounds (id),
        candidate_id INTEGER NOT NULL REFERENCES variants (id),
        incumbent_id INTEGER NOT NULL REFERENCES variants (id),
        leaks TEXT CHECK (leaks IS NULL OR json_valid(leaks)),
        begun_at TEXT NOT NULL,
        laid_at TEXT,
        CHECK (candidate_id <> incumbent_id)
    ) STRICT;
    CREATE INDEX proofs_by_project ON proofs (project_id, id);
    CREATE INDEX proofs_by_round ON proofs (round_id) WHERE round_id IS NOT NULL;
    CREATE TABLE promotions (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects (id),
        model_id INTEGER NOT NULL REFERENCES models (id),
        replaced_id INTEGER REFERENCES models (id),
        proof_id INTEGER REFERENCES proofs (id),
        evidence TEXT CHECK (evidence IS NULL OR json_valid(evidence)),
        despite TEXT NOT NULL DEFAULT '',
        reviewer_id INTEGER REFERENCES reviewers (id),
        promoted_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX promotions_by_project ON promotions (project_id, id);
    CREATE TRIGGER promotions_are_history BEFORE UPDATE OF model_id, replaced_id, proof_id,
        evidence, reviewer_id, promoted_at ON promotions
    BEGIN SELECT RAISE (ABORT, 'a promotion is history'); END;
    CREATE TABLE rejections (
        proof_id INTEGER PRIMARY KEY REFERENCES proofs (id),
        model_id INTEGER NOT NULL REFERENCES models (id),
        evidence TEXT NOT NULL CHECK (json_valid(evidence)),
        rejected_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ability_sets (
        project_id INTEGER PRIMARY KEY REFERENCES projects (id),
        body TEXT NOT NULL CHECK (json_valid(body)),
        set_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ability_answers (
        model_id INTEGER NOT NULL REFERENCES models (id),
        item_sha256 TEXT NOT NULL,
        text TEXT,
        passed INTEGER CHECK (passed IN (0, 1)),
        note TEXT NOT NULL DEFAULT '',
        answered_at TEXT NOT NULL,
        PRIMARY KEY (model_id, item_sha256)
    ) STRICT, WITHOUT ROWID;
    """)


@schema()
def reward_scores(db: Database) -> None:
    """What reward models make of answers, or why they can make nothing of one. Which sample stands
    for a variant that puts the best of several forward, and which these are. And whose judgements
    a reward model strongly disagreed with, so that somebody else was asked: the winner that they
    had said, and the last judgement of before.
    """
    db.executescript("""
    CREATE TABLE reward_scores (
        reward_model_id INTEGER NOT NULL REFERENCES reward_models (id),
        completion_id INTEGER NOT NULL REFERENCES completions (id),
        score REAL,
        unscored TEXT,
        PRIMARY KEY (reward_model_id, completion_id),
        CHECK ((score IS NULL) = (unscored IS NOT NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE best_samples (
        completion_id INTEGER PRIMARY KEY REFERENCES completions (id),
        sample_id INTEGER NOT NULL REFERENCES completions (id),
        samples TEXT NOT NULL CHECK (json_valid(samples)),
        reward_model_id INTEGER NOT NULL REFERENCES reward_models (id)
    ) STRICT;
    CREATE TABLE doubts (
        comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
        reward_model_id INTEGER NOT NULL REFERENCES reward_models (id),
        winner_id INTEGER NOT NULL REFERENCES completions (id),
        probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
        after_judgement_id INTEGER NOT NULL,
        asked_at TEXT NOT NULL
    ) STRICT;
    """)
