"""The least that a route can do in the app's own stack: FastAPI under uvicorn."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Nothing(BaseModel):
    submission_id: str
    item_id: str
    preference: int


@app.post("/noop")
async def noop(body: Nothing) -> dict[str, bool]:
    return {"accepted": True}
