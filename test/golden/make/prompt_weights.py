"""Weights within prompts: what the brackets of balanced prompts say, and embeddings weighted in PyTorch.

Usage: python prompt_weights.py OUTPUT_FOLDER
Written from the description in AUTOMATIC1111/stable-diffusion-webui's wiki, "Attention/emphasis", as a recursive reading of the text, unlike the one pass of
models/clip/prompt-weights.ts. The embeddings come from the documented generator.
"""

import json
import sys

import torch
from generator import Generator

SEED, LENGTH, WIDTH = 31, 16, 24
PROMPTS = [
    "a dog in the snow",
    "a (dog) in the snow",
    "a ((dog)) in the [snow]",
    "a (dog:1.3) in the (deep (snow:1.5):0.8)",
    "[[a dog]] in (the [deep] snow)",
    "a dog \\(brown\\) in (\\[snow\\]:2)",
    "(a (dog:0.5):2), (snow:1.25 )",
    "(masterpiece, best quality:1.2), 1girl, [blurry]",
    "a (dog:9) in the (snow:0)",
    "犬が(雪:1.4)の中",
]
FACTORS = [[1.3] * 3 + [1] * 13, [1] * 5 + [0.5, 2, 2] + [1] * 8, [1.1**2] * 16, [0] * 2 + [1] * 14, [1] * 16]


def read(text: str, at: int, end: str, factor: float) -> tuple[list[tuple[str, float]], int, float | None]:
    """Parts of a balanced text up to its closing bracket, with the number that stands before it."""
    parts: list[tuple[str, float | None]] = []
    while at < len(text) and text[at] != end:
        if text[at] == "\\":
            parts.append((text[at + 1], None))
            at += 2
        elif text[at] in "([":
            closing = ")" if text[at] == "(" else "]"
            inner, after, given = read(text, at + 1, closing, 1.0)
            own = 1 / 1.1 if closing == "]" else 1.1 if given is None else given
            parts += [(letter, (weight or 1.0) * own) for letter, weight in inner]
            at = after + 1
        else:
            parts.append((text[at], None))
            at += 1
    given = None
    if end == ")":
        plain = "".join(letter for letter, _ in parts)
        head, colon, tail = plain.rpartition(":")
        try:
            given = float(tail) if colon else None
        except ValueError:
            given = None
        if given is not None:
            parts = parts[: len(head)]
    return parts, at, given


def letters_of(prompt: str) -> dict:
    parts, _, _ = read(prompt, 0, "\0", 1.0)
    return {"prompt": prompt, "text": "".join(letter for letter, _ in parts), "factors": [min(5.0, max(0.0, weight if weight is not None else 1.0)) for _, weight in parts]}


def normals(count: int) -> torch.Tensor:
    generator = Generator(SEED)
    values: list[float] = []
    while len(values) < count:
        values += generator.normal_pair()
    return torch.tensor(values[:count], dtype=torch.float32)


def weighted(z: torch.Tensor, factors: list[float]) -> list[float]:
    multipliers = torch.tensor(factors, dtype=torch.float32)
    original_mean = z.mean()
    z = z * multipliers.reshape(multipliers.shape + (1,)).expand(z.shape)
    return [float(f"{value:.7g}") for value in (z * (original_mean / z.mean())).flatten().tolist()]


if __name__ == "__main__":
    # A mean as far from zero as that of a text encoder after its last norm.
    z = (normals(LENGTH * WIDTH) * 0.5 - 0.8).reshape(LENGTH, WIDTH)
    golden = {
        "versions": {"torch": torch.__version__},
        "seed": SEED,
        "shape": [LENGTH, WIDTH],
        "prompts": [letters_of(prompt) for prompt in PROMPTS],
        "embedding": [float(f"{value:.9g}") for value in z.flatten().tolist()],
        "weighted": [{"factors": factors, "embedding": weighted(z, factors)} for factors in FACTORS],
    }
    with open(f"{sys.argv[1]}/prompt-weights.json", "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=False)
