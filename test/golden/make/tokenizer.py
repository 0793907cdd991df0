"""Token ids of odd texts from transformers' CLIPTokenizer, on the full CLIP vocabulary and on one that train-bpe.ts made.

Usage: python tokenizer.py CLIP_FOLDER TRAINED_FOLDER OUTPUT.json
Each folder holds vocab.json and merges.txt (see tokenizer-folders.ts).
"""

import json
import random
import sys

import tokenizers
import transformers
from transformers import CLIPTokenizer

VECTORS = [
    "a photo of sks dog", "a photo of <sks-dog>", "a <sks-dog> in the jungle", "skks", "ohwx", "zwx",
    "A cat's 2024 photo, don't!!", "naïve café ☕", "a photo of 狗", "<new1>", "a   b\n\tc", "squirrel eating a burger",
]
ODD = [
    "", " ", "\n\t", "don’t", "DON'T You'Re I'LL we'd", "''s", "!!'s x", "'", "''''t", "it's'd",
    "e\u0301te\u0301", "E\u0301", "A\u030a\u0301", "q\u0323\u0307", "q\u0307\u0323", "\u1100\u1161\u11a8", "\u0344", "\u0958", "\u212b\u2126",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ", "İstanbul ISPARTA", "STRAẞE straße", "ǅ ǈ ﬁ ﬀ", "½ ⅷ Ⅷ ① ٣ 四 १२३", "x²y³", "１２３ＡＢＣ",
    "a\u00a0b", "a\u0085b", "a\ufeffb", "\ufeffa", "a\u200bb", "a\u200db", "a\u2028b\u3000c", "a\u180eb", "a\u0000b", "\u0007bell\u001b[31m", "a\u00adb",
    "👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "👍🏽 ok", "☕️☕", "🐶🐱🐭", "❤️‍🔥", "日本語のテスト", "한국어 텍스트", "ภาษาไทย", "हिन्दी में", "עברית שָׁלוֹם", "العربية مُحَمَّد", "𝒜𝔅ℂ", "𠮷野家", "ሰላም",
    "<|startoftext|>", "<|endoftext|>", "a<|endoftext|>b", "a <|startoftext|> b <|ENDOFTEXT|>", "<|endoftext|", "</w>", "dog</w>", "a</w> b",
    "http://example.org/?q=a%20b&c=d#e", "snake_case camelCase kebab-case", "3.14159 1,000,000", "$100 €5 ¥7", "C++ && || !== =>", "...", "…", "--—–", "(((dog:1.3)))", "[cat|dog]", "\\n \\u0041",
    "a" * 300, "ab " * 100, "!?" * 60, "photo of " * 40, "\ud7ff\ue000", "\U0010ffff", "\u0301", " \u0301a", "\u0300\u0301\u0302",
]


def random_texts(count: int) -> list[str]:
    generator = random.Random(20240601)
    alphabets = [
        "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "     \t\n\u00a0\u3000",
        "àâäéèêëîïôöùûüçñßœæøåÀÉÎÕÜŞĞİıŁżźćńóąę", "αβγδεζηθικλμνξοπρσςτυφχψωΑΒΓΔΣΩ", "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВЭЮЯ",
        "的一是在不了有和人这中大为上个国", "あいうえおアイウエオがぎぐ", "가나다라마바사", "😀🐶🐈🦊🌸☕🎩👑✨🏽‍️", "\u0301\u0308\u0327\u0323\u200d\u200b", "''''stredvml",
    ]
    words = ["photo", "sks", "dog", "Cat's", "don't", "jungle", "Taj", "Mahal", "TUXEDO", "sunflowers", "2024", "we'll", "I'm"]
    texts = []
    for _ in range(count):
        pieces = []
        for _ in range(generator.randint(1, 12)):
            if generator.random() < 0.4:
                pieces.append(generator.choice(words))
            else:
                alphabet = generator.choice(alphabets)
                pieces.append("".join(generator.choice(alphabet) for _ in range(generator.randint(1, 7))))
            if generator.random() < 0.5:
                pieces.append(" ")
        texts.append("".join(pieces))
    return texts


def encode(folder: str, texts: list[str], added: list[str] = []) -> list[list[int]]:
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(added)
    return [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]


def padded(folder: str, texts: list[str]) -> list[list[int]]:
    tokenizer = CLIPTokenizer.from_pretrained(folder, model_max_length=77)
    return [tokenizer(text, padding="max_length", truncation=True, max_length=77)["input_ids"] for text in texts]


def main(clip_folder: str, trained_folder: str, output: str) -> None:
    texts = VECTORS + ODD + random_texts(400)
    with_added = ["a photo of <sks-dog> <sks> dog", "x<sks>y", "<sks><sks-dog>"]
    golden = {
        "made_with": {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__},
        "clip": [{"text": t, "ids": i} for t, i in zip(texts, encode(clip_folder, texts), strict=True)],
        "padded": [{"text": t, "ids": i} for t, i in zip(VECTORS[:2] + ODD[-14:-8], padded(clip_folder, VECTORS[:2] + ODD[-14:-8]), strict=True)],
        "added_tokens": ["<sks>", "<sks-dog>"],
        "with_added": [{"text": t, "ids": i} for t, i in zip(with_added, encode(clip_folder, with_added, ["<sks>", "<sks-dog>"]), strict=True)],
        "trained": [{"text": t, "ids": i} for t, i in zip(texts[:200], encode(trained_folder, texts[:200]), strict=True)],
    }
    with open(output, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
