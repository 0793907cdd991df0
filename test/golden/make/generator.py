"""A second implementation of the generator that models/tensors/random.ts documents; run, it prints the numbers pinned in its test."""

import math
import struct

MASK64 = (1 << 64) - 1


def mix64(z: int) -> int:
    z &= MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


class Generator:
    gamma = 0x9E3779B97F4A7C15

    def __init__(self, seed: int):
        self.seed = seed & MASK64
        first, second = mix64(self.seed + self.gamma), mix64(self.seed + 2 * self.gamma)
        self.s = [first & 0xFFFFFFFF, first >> 32, second & 0xFFFFFFFF, second >> 32]

    @staticmethod
    def rotl(x: int, k: int) -> int:
        return ((x << k) | (x >> (32 - k))) & 0xFFFFFFFF

    def next_uint32(self) -> int:
        s = self.s
        result = (self.rotl((s[1] * 5) & 0xFFFFFFFF, 7) * 9) & 0xFFFFFFFF
        t = (s[1] << 9) & 0xFFFFFFFF
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = self.rotl(s[3], 11)
        return result

    def uniform(self) -> float:
        return ((self.next_uint32() >> 5) * 2**26 + (self.next_uint32() >> 6)) / 2**53

    def normal_pair(self) -> list[float]:
        radius, angle = math.sqrt(-2 * math.log(1 - self.uniform())), 2 * math.pi * self.uniform()
        return [struct.unpack("f", struct.pack("f", v))[0] for v in (radius * math.cos(angle), radius * math.sin(angle))]

    def fork(self, label: str) -> "Generator":
        h = 0xCBF29CE484222325
        for byte in label.encode():
            h = ((h ^ byte) * 0x100000001B3) & MASK64
        return Generator(mix64(mix64(self.seed + self.gamma) ^ h))


if __name__ == "__main__":
    generator = Generator(42)
    print([generator.next_uint32() for _ in range(6)])
    generator = Generator(0)
    print(generator.normal_pair() + generator.normal_pair())
    generator = Generator(0).fork("picture 0")
    print([generator.next_uint32() for _ in range(3)])
