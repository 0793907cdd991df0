"""Sampling loops of diffusers' schedulers with an analytic "model", from the same start and noise.

Usage: python schedulers.py OUTPUT.json
"""

import json
import math
import sys

import diffusers
import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler

SD = {"num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}
DDIM = {**SD, "clip_sample": False, "set_alpha_to_one": False}
DDPM = {**SD, "clip_sample": False}
CLASSES = {"DDIMScheduler": DDIMScheduler, "DDPMScheduler": DDPMScheduler, "DPMSolverMultistepScheduler": DPMSolverMultistepScheduler}
ROWS, SIZE = 2, 12


def start(rows: int = ROWS) -> torch.Tensor:
    """Numbers that a test can make again without a file."""
    return torch.tensor([[math.sin(1 + 1.7 * (r * SIZE + i)) * 1.5 for i in range(SIZE)] for r in range(rows)], dtype=torch.float32)


def step_noise(index: int) -> torch.Tensor:
    return torch.tensor([[math.cos(index + 0.9 * (r * SIZE + i)) for i in range(SIZE)] for r in range(ROWS)], dtype=torch.float32)


def model(x: torch.Tensor, t: int) -> torch.Tensor:
    return 0.3 * x + math.sin(t) * 0.5


def loop(name: str, config: dict, steps: int, eta: float) -> dict:
    scheduler = CLASSES[name](**config)
    scheduler.set_timesteps(steps)
    x = start()
    for index, t in enumerate(scheduler.timesteps.tolist()):
        if name == "DDIMScheduler":
            x = scheduler.step(model(x, t), t, x, eta=eta, variance_noise=step_noise(index) if eta > 0 else None).prev_sample
        elif name == "DDPMScheduler":
            import diffusers.schedulers.scheduling_ddpm as module
            module.randn_tensor = lambda *_, index=index, **__: step_noise(index)
            x = scheduler.step(model(x, t), t, x).prev_sample
        else:
            x = scheduler.step(model(x, t), t, x).prev_sample
    return {
        "name": name, "config": config, "steps": steps, "eta": eta,
        "timesteps": scheduler.timesteps.tolist(), "final": x.flatten().tolist(),
    }


def main(output: str) -> None:
    cases = []
    for steps in (1, 2, 7, 14, 20, 33, 50):
        for prediction in ("epsilon", "v_prediction"):
            extra = {} if prediction == "epsilon" else {"prediction_type": prediction}
            cases.append(loop("DDIMScheduler", {**DDIM, **extra}, steps, 0.0))
            cases.append(loop("DDPMScheduler", {**DDPM, **extra}, steps, 0.0))
            cases.append(loop("DPMSolverMultistepScheduler", {**SD, **extra}, steps, 0.0))
    for spacing in ("leading", "linspace", "trailing"):
        for steps in (6, 20, 37):
            cases.append(loop("DDIMScheduler", {**DDIM, "timestep_spacing": spacing}, steps, 0.0))
            cases.append(loop("DPMSolverMultistepScheduler", {**SD, "timestep_spacing": spacing}, steps, 0.0))
            cases.append(loop("DDPMScheduler", {**DDPM, "timestep_spacing": spacing}, steps, 0.0))
    for eta in (0.3, 1.0):
        cases.append(loop("DDIMScheduler", DDIM, 20, eta))
    linear = {"num_train_timesteps": 200, "beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear", "clip_sample": False}
    cases.append(loop("DDIMScheduler", {**linear, "set_alpha_to_one": True}, 10, 0.0))

    scheduler = DDPMScheduler(**DDPM)
    timesteps = [0, 1, 146, 353, 500, 981, 999]
    noise = torch.flip(start(len(timesteps)), [0, 1])
    golden = {
        "made_with": {"diffusers": diffusers.__version__, "torch": torch.__version__, "numpy": np.__version__},
        "rows": ROWS, "size": SIZE, "cases": cases,
        "add_noise": {"timesteps": timesteps, "noisy": scheduler.add_noise(start(len(timesteps)), noise, torch.tensor(timesteps)).flatten().tolist()},
        "dpm_config_text": json.dumps(dict(DPMSolverMultistepScheduler(**SD).config), default=str),
    }
    with open(output, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
