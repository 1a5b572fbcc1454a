"""Home: where the loop stands and what to do next; for the demo, "Teach it yourself"."""

from workbench.rounds.standing import standing
from workbench.ui import discussion_views, home_views, session
from workbench.ui.runtime import store

person = session.require("reviewer")
project = session.current_project()
with store().read() as db:
    where = standing(db, project, person)

discussion_views.mentioned(person)
if person.role == "reviewer":
    home_views.reviewer_home(project, where, person)
elif project.settings.goal:
    home_views.teach(project, where, person)
else:
    home_views.loop_home(project, where, person)
