"""Where an answer says which model it comes from: names, makers, and the project's own names.

Only what a text says of itself counts: an answer about OpenAI, asked about OpenAI, leaks nothing.
It knows texts alone.
"""

import re

NAMES = (
    r"chat[ -]?gpt", r"gpt[ -]?\d[\w.]*", r"gemma", r"llama", r"vicuna", r"mistral", r"mixtral",
    r"qwen", r"tongyi", r"deepseek", r"copilot", r"phi[ -]?\d", r"command[ -]?r",
    r"open ?assistant", r"stable ?lm", r"chatglm", r"glm[ -]?\d", r"olmo", r"nemotron",
    r"internlm", r"guanaco", r"wizardlm", r"baichuan", r"hunyuan", r"doubao", r"jamba",
)  # fmt: skip
WORDS = (  # of people, signs and animals as well
    r"claude", r"gemini", r"bard", r"palm", r"grok", r"falcon", r"koala", r"dolly", r"alpaca",
    r"ernie", r"kimi", r"nova", r"bing(?: chat)?", r"granite", r"starling", r"zephyr",
)  # fmt: skip
MAKERS = (
    r"open ?ai", r"anthropic", r"google(?: deepmind| ai)?", r"deepmind", r"meta(?: ai)?",
    r"facebook", r"mistral(?: ai)?", r"alibaba(?: cloud)?", r"deepseek", r"xai", r"microsoft",
    r"cohere", r"amazon", r"nvidia", r"lmsys", r"moonshot(?: ai)?", r"baidu", r"tencent",
    r"stability(?: ai)?", r"hugging ?face", r"databricks", r"zhipu(?: ai)?", r"apple", r"ibm",
    r"ai21(?: labs)?", r"01\.ai", r"ai2", r"allen institute", r"bytedance",
)  # fmt: skip
# Each pattern begins with letters: a text that has none of these has no name, which is told fast.
_BEGINNINGS = tuple(sorted({re.split(r"[^a-z0-9]", name)[0] for name in (*NAMES, *WORDS, *MAKERS)}))
_CLEAR = rf"(?:{'|'.join(NAMES)})(?![a-z])"
_NAME = rf"(?:{'|'.join(NAMES + WORDS)})(?![a-z])"
_MAKER = rf"(?:{'|'.join(MAKERS)})(?![a-z])"
_MADE = r"(?:developed|created|trained|made|built|designed|trained and developed|powered|provided)"
_LINE = r"[^.!?\n]{0,80}?"
_LEAKS = re.compile(
    "|".join(
        (
            # “As ChatGPT”, “as an AI language model called Claude”, “as an OpenAI model”
            rf"\bas (?:an? )?(?:ai |large |language |model |assistant |chatbot |called |named |,"
            rf"){{0,7}} ?(?:{_CLEAR}|{_MAKER} (?:ai |language )?(?:model|assistant))",
            rf"\bas {_NAME}(?=,)",
            # “I am Claude”, “I'm an AI assistant named Qwen”, “my name is …”
            rf"\b(?:i am|i['’]m|i was|i go by|call me|my name is|this is)"
            rf"(?: (?:just|actually|known as|called|an?|the|ai|large|language|model|assistant"
            rf"|chatbot|named|version|of|based|on|powered|by)){{0,8}},? {_NAME}",
            # “I was developed by OpenAI”, “as an AI language model trained by Google”
            rf"\b(?:i am|i['’]m|i was|i['’]ve been|i have been|me\b"
            rf"|(?:as )?an? (?:ai|large|language)\b|this (?:assistant|model|chatbot))"
            rf"{_LINE}\b{_MADE} (?:by|at) (?:the )?"
            rf"(?:team at |researchers at )?{_MAKER}",
            rf"(?:\A|(?<=[.!?\n] )|(?<=\n)){_MADE} by {_MAKER},? i\b",
            rf"\bmy (?:creators?|makers?|developers?|training|knowledge)(?: is| are|,)? ?"
            rf"(?:at |from |by )?{_MAKER}",
        )
    ),
    re.IGNORECASE,
)
_DISTINCT = re.compile(r"(?=.*[a-z])(?=.*\d)[\w.:+-]{4,}\Z", re.IGNORECASE)


def leaks(text: str, asked: str = "", names: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """The stretches that name the model, as (start, end) in code points, in order, apart.

    `names` are found as whole words where the prompt (`asked`) does not use them itself.
    """
    plain = text.casefold()
    named = any(beginning in plain for beginning in _BEGINNINGS)
    found = [match.span() for match in _LEAKS.finditer(text)] if named else []
    for name in names:
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        if not word.search(asked):
            found += [match.span() for match in word.finditer(text)]
    return _apart(sorted(found))


def _apart(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping stretches as one."""
    apart: list[tuple[int, int]] = []
    for start, end in stretches:
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def distinctive(names: list[str]) -> tuple[str, ...]:
    """The models' names that no ordinary text has: with a letter and a digit, four or longer."""
    parts = {part for name in names for part in name.split("/")}
    return tuple(sorted(part for part in parts if _DISTINCT.match(part)))
