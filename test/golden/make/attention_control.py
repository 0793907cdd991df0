"""Prompt-to-Prompt and the inversions, written from the papers' formulas in PyTorch, around diffusers' UNet on a tiny config.

Usage: python attention_control.py TOKENIZER_FOLDER OUTPUT_FOLDER
TOKENIZER_FOLDER is the trained one of tokenizer-folders.ts. Weights and noise come from the documented generator. Everything is computed in double
precision. Controllers are the chains of the paper (a function of the maps each), not the one formula with two gains that models/ uses.
"""

import json
import math
import re
import sys

import diffusers
import torch
import torch.nn.functional as F
import transformers
from diffusers import UNet2DConditionModel
from generator import Generator
from pipeline import TEXT, UNET, fill
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

LENGTH, STEPS, GUIDANCE, SEED = 32, 10, 7.5, 77
SHAPE = (4, 8, 8)
SOURCE = "a photo of a dog in the jungle"


def normals(generator: Generator, count: int) -> torch.Tensor:
    values: list[float] = []
    while len(values) < count:
        values += generator.normal_pair()
    return torch.tensor(values[:count], dtype=torch.float64)


def latents_of(generator: Generator) -> torch.Tensor:
    """Numbers are drawn channels last."""
    return normals(generator, 256).reshape(8, 8, 4).permute(2, 0, 1)


def stored(x: torch.Tensor) -> list[float]:
    """Latents channels last, anything else as it is."""
    if x.dim() == 3 and tuple(x.shape) == SHAPE:
        x = x.permute(1, 2, 0)
    return [float(f"{value:.7g}") for value in x.detach().flatten().tolist()]


# --- Schedule -----------------------------------------------------------------------------------------------------------------------------------------


class Schedule:
    """ᾱ of the scaled-linear schedule, timesteps 1, 1 + stride, …; ᾱ₀ at the clean end."""

    def __init__(self, steps: int):
        betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
        self.alphas = torch.cumprod(1 - betas, 0)
        self.stride = 1000 // steps
        self.timesteps = [i * self.stride + 1 for i in range(steps)][::-1]

    def alpha(self, timestep: int) -> float:
        return self.alphas[max(timestep, 0)].item() if timestep >= 0 else self.alphas[0].item()

    def move(self, x, noise, a, b):
        """DDIM, eq. (12) with σ = 0, from level a to level b."""
        original = (x - math.sqrt(1 - a) * noise) / math.sqrt(a)
        return math.sqrt(b) * original + math.sqrt(1 - b) * noise

    def step(self, x, noise, timestep):
        return self.move(x, noise, self.alpha(timestep), self.alpha(timestep - self.stride))

    def mean_and_sigma(self, x, noise, timestep):
        """DDIM with η = 1."""
        a, b = self.alpha(timestep), self.alpha(timestep - self.stride)
        variance = (1 - b) / (1 - a) * (1 - a / b)
        original = (x - math.sqrt(1 - a) * noise) / math.sqrt(a)
        return math.sqrt(b) * original + math.sqrt(1 - b - variance) * noise, math.sqrt(variance)


# --- Tokens -------------------------------------------------------------------------------------------------------------------------------------------


class Words:
    def __init__(self, tokenizer, text: str):
        encoded = tokenizer(text, return_offsets_mapping=True)
        self.text, self.ids, self.offsets = text, encoded.input_ids, encoded.offset_mapping

    def of_span(self, start: int, end: int) -> list[int]:
        last = len(self.ids) - 1
        return [i for i, (a, b) in enumerate(self.offsets) if 0 < i < last and a < end and b > start]

    def of(self, words: str) -> list[int]:
        return [i for match in re.finditer(rf"\b{re.escape(words)}\b", self.text) for i in self.of_span(*match.span())]

    def all(self) -> list[tuple[str, list[int]]]:
        return [(match.group(), self.of_span(*match.span())) for match in re.finditer(r"\S+", self.text)]


def replacement(source: Words, target: Words, legacy: bool) -> torch.Tensor:
    """mapper[i, j] = weight of source token i in target token j."""
    pairs = [(x, y) for (a, x), (b, y) in zip(source.all(), target.all(), strict=True) if a != b]
    mapper = torch.zeros(LENGTH, LENGTH, dtype=torch.float64)
    i = j = 0
    while i < LENGTH and j < LENGTH:
        if pairs and pairs[0][0][0] == i:
            x, y = pairs.pop(0)
            if len(x) == len(y):
                mapper[x, y] = 1
            else:
                for token in y:
                    mapper[x, token] = 1 / len(y)
            i, j = i + len(x), j + len(y)
        else:
            mapper[j if legacy and not pairs else i, j] = 1
            i, j = i + 1, j + 1
    if not legacy:
        for rest in range(j, LENGTH):
            mapper[rest, rest] = 1
    return mapper


def refinement(source: Words, target: Words) -> tuple[list[int], torch.Tensor]:
    """Needleman–Wunsch with a trace-back table: 1 left, 2 up, 3 diagonal."""
    x, y = source.ids, target.ids
    score = [[0] * (len(y) + 1) for _ in range(len(x) + 1)]
    trace = [[1] * (len(y) + 1)] + [[2] + [0] * len(y) for _ in x]
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            options = [score[i][j - 1], score[i - 1][j], score[i - 1][j - 1] + (1 if x[i - 1] == y[j - 1] else -1)]
            score[i][j] = max(options)
            trace[i][j] = 1 + options.index(max(options))
    mapper = list(range(LENGTH))
    shared = torch.ones(LENGTH, dtype=torch.float64)
    i, j = len(x), len(y)
    while j > 0:
        if trace[i][j] == 1:
            j -= 1
            mapper[j], shared[j] = -1, 0
        elif trace[i][j] == 2:
            i -= 1
        else:
            i, j = i - 1, j - 1
            mapper[j] = i
    return mapper, shared


# --- Controllers: functions of (source map, target map), chained ------------------------------------------------------------------------------------------


def replace_with(mapper):
    return lambda source, target: source @ mapper


def refine_with(mapper, shared):
    index = torch.tensor([max(value, 0) for value in mapper])
    return lambda source, target: source[..., index] * shared + target * (1 - shared)


def reweight_with(factors, previous=None):
    return lambda source, target: (previous(source, target) if previous else source) * factors


class Control:
    """Reads and edits the maps of the two conditional rows, whichever they are."""

    def __init__(self, edit, alphas, self_window, self_places, blend_places, source_row, target_row):
        self.edit, self.alphas, self.self_window, self.self_places = edit, alphas, self_window, self_places
        self.blend_places, self.source_row, self.target_row = blend_places, source_row, target_row
        self.step, self.blending, self.record = 0, [], None

    def __call__(self, maps: torch.Tensor, is_cross: bool, path: str) -> torch.Tensor:
        source, target = maps[self.source_row], maps[self.target_row]
        if is_cross:
            alpha = self.alphas[self.step]
            edited = self.edit(source, target) * alpha + target * (1 - alpha)
        else:
            replaced = self.self_window[0] <= self.step < self.self_window[1] and maps.shape[2] <= self.self_places
            edited = source if replaced else target
        if self.record is not None:
            self.record[path] = (target, edited)
        maps = torch.cat([maps[: self.target_row], edited[None], maps[self.target_row + 1 :]])
        if is_cross and maps.shape[2] == self.blend_places:
            self.blending.append(maps[[self.source_row, self.target_row]])
        return maps


class Processor:
    """Attention with its maps in the open, and LoRA factors per row."""

    def __init__(self, path, owner):
        self.path, self.owner = path, owner

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, **_):
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        def project(layer, name, x):
            y = layer(x)
            if self.owner.lora is None:
                return y
            down, up = self.owner.lora[f"{self.path}.{name}"]
            return y + self.owner.lora_rows[:, None, None] * (x @ down.T @ up.T)
        def heads(x):
            return x.reshape(x.shape[0], x.shape[1], attn.heads, -1).transpose(1, 2)
        q, k, v = (heads(project(layer, name, x)) for layer, name, x in ((attn.to_q, "to_q", hidden_states), (attn.to_k, "to_k", context), (attn.to_v, "to_v", context)))
        if self.owner.plug and self.owner.plug["attention"] and encoder_hidden_states is None and self.path.startswith("up_blocks") and not self.path.startswith("up_blocks.1.attentions.0."):
            q, k = self.owner.from_source(q), self.owner.from_source(k)
        maps = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)
        if self.owner.control is not None:
            maps = self.owner.control(maps, encoder_hidden_states is not None, self.path)
        out = (maps @ v).transpose(1, 2).reshape(hidden_states.shape)
        return project(attn.to_out[0], "to_out.0", out)


class Model:
    def __init__(self):
        self.unet = fill(UNet2DConditionModel(**UNET), "unet").double().requires_grad_(False)
        self.control, self.lora, self.lora_rows = None, None, None
        self.plug = None
        self.unet.up_blocks[1].resnets[1].register_forward_hook(lambda _, __, out: self.from_source(out) if self.plug and self.plug["features"] else out)
        self.unet.set_attn_processor({name: Processor(name.removesuffix(".processor"), self) for name in self.unet.attn_processors})

    def __call__(self, x, timestep, context):
        return self.unet(x, torch.tensor(float(timestep), dtype=torch.float64), context).sample

    def from_source(self, x):
        """Rows [u_source, u_target, c_source, c_target]: the target's take what c_source has."""
        return torch.stack([x[0], x[2], x[2], x[2]])

    def make_lora(self):
        """Rank 2, from the generator, for every projection."""
        factors = {}
        for name, parameter in self.unet.named_parameters():
            match = re.fullmatch(r"(.*\.attn[12]\.to_(?:q|k|v|out\.0))\.weight", name)
            if match:
                out, inside = parameter.shape
                generator = Generator(9).fork(match.group(1))
                drawn = normals(generator, 2 * inside + 2 * out)
                factors[match.group(1)] = (drawn[: 2 * inside].reshape(2, inside) * 0.3, drawn[2 * inside :].reshape(out, 2) * 0.3)
        return factors


def either(mask: torch.Tensor) -> torch.Tensor:
    return mask[0] | mask[1]


def blend_mask(maps, words, threshold, pool):
    """maps [2, places, L] summed over steps; words: token lists of both rows."""
    side = math.isqrt(maps.shape[1])
    chosen = torch.stack([maps[row][:, tokens].sum(-1) for row, tokens in enumerate(words)]).reshape(2, 1, side, side)
    if pool:
        chosen = F.max_pool2d(chosen, 3, 1, 1)
    small = either(chosen / chosen.amax((2, 3), keepdim=True) > threshold)
    return F.interpolate(small[None].double(), (8, 8), mode="nearest")[0, 0] > 0


def alphas_of(default, per_word, steps):
    alphas = torch.zeros(steps, LENGTH, dtype=torch.float64)
    def write(window, tokens):
        start, end = (int(share * (steps + 1)) for share in window)
        for step in range(steps):
            alphas[step, tokens] = 1.0 if start <= step < end else 0.0
    write(default, list(range(LENGTH)))
    for window, tokens in per_word:
        write(window, tokens)
    return alphas


# A step in which windows differ, and one site of each place.
MAPS_STEP = 2
MAPS_PATHS = [
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2",
    "mid_block.attentions.0.transformer_blocks.0.attn1",
    "mid_block.attentions.0.transformer_blocks.0.attn2",
    "up_blocks.1.attentions.1.transformer_blocks.0.attn2",
]

CASES = [
    {"name": "replace", "target": "a photo of a cat in the jungle", "alignment": "replace", "cross": [0, 0.8], "self": [0, 0.4]},
    {"name": "replace by a word of many tokens", "target": "a photo of a hippogriff in the jungle", "alignment": "replace", "cross": [0, 0.6], "self": [0.2, 0.5]},
    {"name": "legacy replace", "target": "a photo of a hippogriff in the jungle", "alignment": "legacy-replace", "cross": [0, 0.6], "self": [0.2, 0.5]},
    {"name": "refine", "target": "a photo of a red cat wearing a hat in the snow", "alignment": "refine", "cross": [0, 0.8], "self": [0, 0.5]},
    {"name": "reweight alone", "target": SOURCE, "alignment": "none", "cross": [0, 1], "self": [0, 0.3], "equalizer": [["jungle", 3.0], ["dog", -0.5]]},
    {"name": "replace and reweight", "target": "a photo of a cat in the snow", "alignment": "replace", "cross": [0.1, 0.9], "self": [0, 0.2], "equalizer": [["cat", 2.0]]},
    {"name": "refine and reweight, windows per word", "target": "a photo of a red dog in the jungle", "alignment": "refine", "cross": [0, 0.7], "self": [0, 0.4],
     "equalizer": [["red", 2.5]], "windows": [["dog", [0, 0.3]], ["jungle", [0.2, 1]]]},
    {"name": "refine and blend", "target": "a photo of a cat in the jungle", "alignment": "refine", "cross": [0, 0.4], "self": [0, 0.6], "blend": {"source": ["dog"], "target": ["cat"], "threshold": 0.9}},
    {"name": "replace and blend by the coarser maps", "target": "a photo of a cat in the jungle", "alignment": "replace", "cross": [0, 0.8], "self": [0, 0.4],
     "blend_level": 1, "blend": {"source": ["dog"], "target": ["cat"], "threshold": 0.97}},
    {"name": "refine with everything but a word that stays", "target": "a photo of a dog in the snow", "alignment": "refine", "cross": [0, 0.2], "self": [0, 0.2],
     "blend": {"source": [], "target": [], "threshold": 0.5, "subtract_source": ["dog"], "subtract_target": [], "subtract_threshold": 0.93}},
    {"name": "refine, reweight, blend with words that stay, LoRA on the target", "target": "a photo of a red cat in the jungle", "alignment": "refine", "cross": [0, 0.4], "self": [0, 0.6],
     "equalizer": [["red", 2.0]], "lora": True, "level": 1,
     "blend": {"source": ["dog"], "target": ["red", "cat"], "subtract_source": ["jungle"], "subtract_target": ["jungle"], "threshold": 0.93, "subtract_threshold": 0.93}},
]


def control_of(tokenizer, case, steps, source_row, target_row):
    source, target = Words(tokenizer, SOURCE), Words(tokenizer, case["target"])
    kind = case["alignment"]
    edit = None
    if kind in ("replace", "legacy-replace"):
        edit = replace_with(replacement(source, target, kind == "legacy-replace"))
    if kind == "refine":
        edit = refine_with(*refinement(source, target))
    if "equalizer" in case:
        factors = torch.ones(LENGTH, dtype=torch.float64)
        for words, factor in case["equalizer"]:
            factors[target.of(words)] = factor
        edit = reweight_with(factors, edit)
    alphas = alphas_of(case["cross"], [(window, target.of(words)) for words, window in case.get("windows", [])], steps)
    window = [int(share * steps) for share in case["self"]]
    places = 64 if case.get("level", 0) == 0 else 16
    blend_places = 64 if case.get("blend_level", 0) == 0 else 16
    return Control(edit, alphas, window, places, blend_places, source_row, target_row)


@torch.no_grad()
def loop(model, tokenizer, encode, case):
    """Both rows guided, from one noise: Prompt-to-Prompt on a picture that the model draws."""
    schedule = Schedule(STEPS)
    control = control_of(tokenizer, case, STEPS, 2, 3)
    source, target = Words(tokenizer, SOURCE), Words(tokenizer, case["target"])
    context = torch.cat([encode(""), encode(""), encode(SOURCE), encode(case["target"])])
    start = latents_of(Generator(SEED))
    x = torch.stack([start, start])
    model.control, model.lora, model.lora_rows = control, model.make_lora() if case.get("lora") else None, torch.tensor([0.0, 0.8, 0.0, 0.8], dtype=torch.float64)
    sums, masks, maps = 0, [], {}
    blend = case.get("blend")
    for step, timestep in enumerate(schedule.timesteps):
        control.step, control.blending = step, []
        control.record = {} if step == MAPS_STEP and not case.get("lora") else None
        noise = model(torch.cat([x, x]), timestep, context)
        if control.record is not None:
            maps, maps_latents = control.record, x
        noise = noise[:2] + GUIDANCE * (noise[2:] - noise[:2])
        x = schedule.step(x, noise, timestep)
        if blend:
            sums = sums + torch.stack(control.blending).mean((0, 2))
            if step >= int(0.2 * STEPS):
                words = [[t for w in blend["source"] for t in source.of(w)], [t for w in blend["target"] for t in target.of(w)]]
                mask = blend_mask(sums, words, blend["threshold"], True) if any(words) else torch.ones(8, 8, dtype=torch.bool)
                if "subtract_source" in blend:
                    words = [[t for w in blend["subtract_source"] for t in source.of(w)], [t for w in blend["subtract_target"] for t in target.of(w)]]
                    mask = mask & ~blend_mask(sums, words, blend["subtract_threshold"], False)
                masks.append("".join(str(int(value)) for value in mask.flatten()))
                x = torch.stack([x[0], torch.where(mask, x[1], x[0])])
    model.control, model.lora = None, None
    result = {**case, "source_latents": stored(x[0]), "target_latents": stored(x[1]), "masks": masks}
    if maps:
        result["maps_latents"] = [stored(row) for row in maps_latents]
        # Two of the four heads, four of the places.
        few = lambda m: stored(m[::3, :: m.shape[1] // 4])
        result["maps"] = {path: {name: few(m) for name, m in zip(("before", "after"), maps[path])} for path in MAPS_PATHS}
    return result


# --- Inversions -----------------------------------------------------------------------------------------------------------------------------------------

INVERSION_STEPS = 6
EDIT = {"target": "a photo of a red cat in the jungle", "alignment": "refine", "cross": [0, 0.4], "self": [0, 0.6]}


@torch.no_grad()
def ddim_inversion(model, schedule, context, picture):
    trajectory = [picture]
    for timestep in reversed(schedule.timesteps):
        noise = model(trajectory[-1][None], timestep, context)[0]
        trajectory.append(schedule.move(trajectory[-1], noise, schedule.alpha(timestep - schedule.stride), schedule.alpha(timestep)))
    return trajectory


class Recorder:
    """Keeps the cross-attention maps of the one row."""

    def __init__(self):
        self.maps = []

    def __call__(self, maps: torch.Tensor, is_cross: bool, path: str) -> torch.Tensor:
        if is_cross:
            self.maps.append(maps[0])
        return maps


def guided_by_maps(model, tokenizer, encode, source, target, timestep):
    """pix2pix-zero: one step of gradient descent on the L2 distance of the maps; words without a counterpart count for nothing."""
    mapper, shared = refinement(Words(tokenizer, SOURCE), Words(tokenizer, EDIT["target"]))
    index = torch.tensor([max(value, 0) for value in mapper])
    model.control = reference = Recorder()
    model(source[None], timestep, encode(SOURCE))
    with torch.enable_grad():
        x = target.detach().clone().requires_grad_(True)
        model.control = current = Recorder()
        model(x[None], timestep, encode(EDIT["target"]))
        pairs = zip(current.maps, reference.maps, strict=True)
        loss = sum((((now - then.detach()[..., index]) * shared) ** 2).sum((1, 2)).mean(0) for now, then in pairs)
        (gradient,) = torch.autograd.grad(loss, x)
    return target - 0.1 * gradient, loss.item(), gradient


@torch.no_grad()
def edited(model, tokenizer, encode, schedule, start, unconditional, *, source_after=None, source_guided=True, case=None, plug=None, mask=None, combine=None, after=None, noises=None, first=0, guide_maps=False):
    """Rows [u_source, u_target, c_source, c_target]; what a method does not need is computed all the same."""
    steps = len(schedule.timesteps)
    control = control_of(tokenizer, case or EDIT, steps, 2, 3)
    model.control = control
    x = torch.stack([start, start])
    guidance = []
    for step in range(first, steps):
        timestep = schedule.timesteps[step]
        control.step, control.blending = step - first, []
        if guide_maps:
            moved, loss, gradient = guided_by_maps(model, tokenizer, encode, x[0], x[1], timestep)
            guidance.append((loss, gradient))
            x, model.control = torch.stack([x[0], moved]), control
        u = unconditional(step)
        model.plug = plug and {"attention": step < int(0.5 * steps), "features": step < int(0.8 * steps)}
        noise = model(torch.cat([x, x]), timestep, torch.cat([u, u, encode(SOURCE), encode(EDIT["target"])]))
        source = noise[0] + GUIDANCE * (noise[2] - noise[0]) if source_guided else noise[2]
        target, is_large = combine(noise[1], noise[3]) if combine else (noise[1] + GUIDANCE * (noise[3] - noise[1]), None)
        both = torch.stack([source, target])
        if noises is None:
            x = schedule.step(x, both, timestep)
        else:
            mean, sigma = schedule.mean_and_sigma(x, both, timestep)
            x = mean + sigma * noises[step]
        if source_after is not None:
            x = torch.stack([source_after(step), x[1]])
        if mask is not None:
            x = torch.stack([x[0], torch.where(mask, x[1], x[0])])
        if after is not None:
            x = torch.stack([x[0], after(x[1], is_large, step, timestep)])
    model.control, model.plug = None, None
    result = {"source_latents": stored(x[0]), "target_latents": stored(x[1])}
    if guidance:
        result["map_losses"] = [float(f"{loss:.7g}") for loss, _ in guidance]
        result["last_gradient"] = stored(guidance[-1][1])
    return result


def null_text(model, schedule, trajectory, conditional, empty):
    steps = len(schedule.timesteps)
    x, embedding, embeddings, losses = trajectory[-1], empty.clone(), [], []
    for i, timestep in enumerate(schedule.timesteps):
        with torch.no_grad():
            prompted = model(x[None], timestep, conditional)[0]
        embedding = embedding.clone().detach().requires_grad_(True)
        optimizer = torch.optim.Adam([embedding], lr=1e-2 * (1 - 0.5 * i / steps))
        losses.append([])
        for _ in range(10):
            unprompted = model(x[None], timestep, embedding)[0]
            rebuilt = schedule.step(x, unprompted + GUIDANCE * (prompted - unprompted), timestep)
            loss = F.mse_loss(rebuilt, trajectory[steps - i - 1])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses[-1].append(float(f"{loss.item():.7g}"))
            if loss.item() < 1e-5 + 1e-3 * i / steps:
                break
        embedding = embedding.detach()
        embeddings.append(embedding)
        with torch.no_grad():
            unprompted = model(x[None], timestep, embedding)[0]
            x = schedule.step(x, unprompted + GUIDANCE * (prompted - unprompted), timestep)
    return embeddings, losses


def proximal(unconditional, conditional):
    difference = conditional - unconditional
    threshold = torch.quantile(difference.abs(), 0.7)
    is_large = difference.abs() > threshold
    return unconditional + GUIDANCE * torch.where(is_large, difference, torch.zeros_like(difference)), is_large


def inversions(model, tokenizer, encode):
    schedule = Schedule(INVERSION_STEPS)
    picture = latents_of(Generator(SEED).fork("picture"))
    conditional, empty = encode(SOURCE), encode("")
    trajectory = ddim_inversion(model, schedule, conditional, picture)
    after = lambda step: trajectory[len(schedule.timesteps) - step - 1]
    run = lambda start, unconditional, **more: edited(model, tokenizer, encode, schedule, start, unconditional, **more)
    embeddings, losses = null_text(model, schedule, trajectory, conditional, empty)

    def pull(x, is_large, step, timestep):
        if timestep >= 400:
            return x
        dilated = F.max_pool2d(is_large[None].double(), 3, 1, 1)[0]
        return x - (x - after(step)) * (1 - dilated)

    # Edit-friendly: independent noisy latents, then the noises between them.
    steps = len(schedule.timesteps)
    generator = Generator(SEED).fork("edit-friendly inversion")
    noisy = [picture]
    for timestep in reversed(schedule.timesteps):
        a = schedule.alpha(timestep)
        noisy.append(math.sqrt(a) * picture + math.sqrt(1 - a) * latents_of(generator))
    first = int(0.36 * steps)
    noises = [torch.zeros(SHAPE, dtype=torch.float64) for _ in range(steps)]
    with torch.no_grad():
        for step in range(first, steps - 1):
            x = noisy[steps - step]
            mean, sigma = schedule.mean_and_sigma(x, model(x[None], schedule.timesteps[step], conditional)[0], schedule.timesteps[step])
            noises[step] = (noisy[steps - step - 1] - mean) / sigma
    # DiffEdit: where the noise of both prompts differs, on the picture noised half way.
    generator = Generator(SEED).fork("difference mask")
    differences = 0
    with torch.no_grad():
        for _ in range(10):
            a = schedule.alpha(500)
            x = math.sqrt(a) * picture + math.sqrt(1 - a) * latents_of(generator)
            noise = model(torch.stack([x, x]), 500, torch.cat([conditional, encode(EDIT["target"])]))
            differences = differences + (noise[1] - noise[0]).abs().mean(0)
    limit = 3 * differences.mean()
    mask = differences.clamp(max=limit) / limit > 0.5
    encoded = int(0.2 * steps)
    free = {**EDIT, "cross": [0, 0], "self": [0, 0]}
    return {
        "difference_mask": "".join(str(int(value)) for value in mask.flatten()),
        "source": SOURCE, **EDIT, "steps": INVERSION_STEPS, "seed": SEED, "guidance_scale": GUIDANCE, "picture": stored(picture),
        "trajectory": [stored(x) for x in trajectory[1:]],
        "null_text": {"losses": losses, "first": stored(embeddings[0]), "last": stored(embeddings[-1])},
        "edit_friendly": {"first_step": first, "noise": stored(noises[first])},
        "edits": {
            "ddim": run(trajectory[-1], lambda step: empty),
            "direct": run(trajectory[-1], lambda step: empty, source_after=after),
            "direct, guided away from half the source": run(trajectory[-1], lambda step: empty + 0.5 * (conditional - empty), source_after=after),
            "negative-prompt": run(trajectory[-1], lambda step: conditional),
            "proximal": run(trajectory[-1], lambda step: conditional, combine=proximal, after=pull),
            "null-text": run(trajectory[-1], lambda step: embeddings[step]),
            "diffedit": run(trajectory[steps - encoded], lambda step: empty, source_after=after, first=encoded, case=free, mask=mask),
            "plug-and-play": run(trajectory[-1], lambda step: empty, source_after=after, case=free, plug=True),
            "pix2pix-zero": run(trajectory[-1], lambda step: empty, source_after=after, case=free, guide_maps=True),
            "edit-friendly": run(noisy[steps - first], lambda step: empty, source_after=lambda step: noisy[steps - step - 1], noises=noises, first=first),
        },
    }


PAIRS = [
    ["a photo of a dog in the jungle", "a photo of a cat in the jungle"],
    ["a photo of a dog in the jungle", "a photo of a hippogriff in the jungle"],
    ["a photo of a hippogriff in the jungle", "a photo of a dog in the snow"],
    ["a hippogriff, a dog", "a dog, a hippogriff"],
    ["a dog", "a red dog wearing a hat in the snow"],
    ["a red dog wearing a hat in the snow", "a dog"],
    ["a cat and a dog", "a dog and a cat"],
    ["", "a dog"],
]


def alignments(tokenizer):
    cases = []
    for source, target in PAIRS:
        x, y = Words(tokenizer, source), Words(tokenizer, target)
        mapper, shared = refinement(x, y)
        case = {"source": source, "target": target, "counterparts": mapper, "shared": shared.tolist(), "words": [tokens for _, tokens in y.all()]}
        if len(x.all()) == len(y.all()):
            sparse = lambda m: [[int(i), int(j), m[i, j].item()] for i, j in m.nonzero()]
            case["replacement"], case["legacy_replacement"] = sparse(replacement(x, y, False)), sparse(replacement(x, y, True))
        cases.append(case)
    return cases


def main(tokenizer_folder: str, output: str) -> None:
    torch.set_num_threads(1)
    tokenizer = CLIPTokenizer.from_pretrained(tokenizer_folder)
    text_config = {**TEXT, "vocab_size": len(tokenizer), "bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    prefixed = lambda name: name if name.startswith("text_model.") else f"text_model.{name}"
    text_encoder = fill(CLIPTextModel(CLIPTextConfig(**text_config)), "text_encoder", prefixed).double()

    def encode(text: str) -> torch.Tensor:
        ids = tokenizer(text, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt").input_ids
        with torch.no_grad():
            return text_encoder(ids).last_hidden_state

    model = Model()
    about = {"made_with": {"diffusers": diffusers.__version__, "torch": torch.__version__, "transformers": transformers.__version__}, "text_config": text_config, "unet_config": UNET}
    control = {
        **about, "source": SOURCE, "steps": STEPS, "guidance_scale": GUIDANCE, "seed": SEED, "alignments": alignments(tokenizer),
        "cases": [loop(model, tokenizer, encode, case) for case in CASES],
    }
    for name, golden in (("attention-control", control), ("inversion", {**about, **inversions(model, tokenizer, encode)})):
        with open(f"{output}/{name}.json", "w") as file:
            json.dump(golden, file, separators=(",", ":"))
            file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
