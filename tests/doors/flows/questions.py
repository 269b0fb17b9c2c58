"""Asking a city on its case, answering, closing, opening to all, taking away."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow, press

_QUESTION = "/exchange/questions/<int(max=2147483647):question_id>"
_CASE = "/cases/graz-advisory-council"


@flow({
    "/cases/<slug>/ask": "QuestionAsked",
    f"{_QUESTION}/answer": "QuestionAnswered",
    f"{_QUESTION}/close": "QuestionClosed",
    f"{_QUESTION}/open": "QuestionOpened",
    f"{_QUESTION}/remove": "QuestionRemoved",
    f"{_QUESTION}/answers/<int(max=2147483647):answer_id>/remove": "AnswerRemoved",
})  # fmt: skip
def questions(w: World) -> None:
    me, city = w.coordinator(), w.coordinator("asked", "graz")
    page = fill(me, f"{_CASE}/ask", f"{_CASE}/ask", text="What did it cost?", who="between").headers["Location"]
    press(me, page, f"{page}/open")
    answer = fill(city, page, f"{page}/answer", text="Little.").headers["Location"].rpartition("-")[2]
    fill(city, f"{page}/answers/{answer}/remove", f"{page}/answers/{answer}/remove")
    press(me, page, f"{page}/close")
    fill(me, f"{page}/remove", f"{page}/remove")
