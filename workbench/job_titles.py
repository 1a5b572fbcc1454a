"""What people read of a job: its title, and what it waits for. The jobs themselves know neither."""

from workbench.records import Job

TITLES = {
    "generate": "Generating answers",
    "simulate": "Simulated reviewers judge",
    "train": "Training",
    "preflight": "Looking at the rows",
    "prepare_round": "Preparing the round",
    "close_round": "Teaching the model",
    "prove": "Answering the frozen prompts",
    "gate": "Weighing the evidence",
    "quality": "Reckoning quality",
    "effect": "Reckoning what would change",
    "economics": "Reckoning what rounds cost and bought",
    "leaderboard": "Reckoning the leaderboard",
    "next_pairs": "Picking the next pairs",
    "batch": "Following a batch",
    "check": "Checking answers",
    "judge": "The judge model reads",
    "judge_report": "Measuring the judges",
    "triage": "Triage",
    "score": "The reward model reads",
    "best_of": "Choosing the best answers",
    "second_looks": "Looking for doubtful judgements",
    "order_queue": "Ordering the queue",
    "reward_report": "Measuring the reward model",
    "export": "Exporting",
    "try": "Trying models",
    "export_preview": "Looking",
}


def title(job: Job) -> str:
    return TITLES[job.kind]


def waiting(job: Job, first: Job | None) -> str:
    """What a queued job waits for, in a sentence; `first` is what is ahead of it."""
    what = f"job {first.id}: {title(first)}" if first else "its turn"
    return f"{title(job)} waits for {what}."
