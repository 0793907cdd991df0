"""diffusers' StableDiffusionInstructPix2PixPipeline on the tiny components of pipeline.py, with a UNet of eight input channels.

Usage: python instruct_pix2pix.py TOKENIZER_FOLDER OUTPUT.json
TOKENIZER_FOLDER is the trained one of tokenizer-folders.ts.
"""

import json
import math
import sys

import diffusers
import torch
import transformers
from diffusers import AutoencoderKL, DDIMScheduler, DPMSolverMultistepScheduler, StableDiffusionInstructPix2PixPipeline, UNet2DConditionModel
from generator import Generator
from pipeline import SCHEDULER, TEXT, UNET, VAE, fill
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

PROMPT, NEGATIVE, SEED, STEPS = "turn the dog into a cat", "a red hat", 1234, 10
SIDE = 16
CASES = [(7.5, 1.5), (4.0, 1.0), (1.0, 1.5)]


def main(tokenizer_folder: str, output: str) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(tokenizer_folder)
    text_config = {**TEXT, "vocab_size": len(tokenizer), "bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    prefixed = lambda name: name if name.startswith("text_model.") else f"text_model.{name}"
    text_encoder = fill(CLIPTextModel(CLIPTextConfig(**text_config)), "text_encoder", prefixed)
    unet_config = {**UNET, "in_channels": 8}
    unet = fill(UNet2DConditionModel(**unet_config), "unet")
    vae = fill(AutoencoderKL(**VAE), "vae")
    picture = [int(128 + 100 * math.sin(index / 7)) for index in range(SIDE * SIDE * 3)]
    image = (torch.tensor(picture, dtype=torch.float32) / 127.5 - 1).reshape(1, SIDE, SIDE, 3).permute(0, 3, 1, 2)
    latents: list[float] = []
    generator = Generator(SEED).fork("picture 0")
    while len(latents) < 8 * 8 * 4:
        latents += generator.normal_pair()
    start = torch.tensor(latents).reshape(1, 8, 8, 4).permute(0, 3, 1, 2)
    cases = []
    for scheduler in (DDIMScheduler(**SCHEDULER, clip_sample=False, set_alpha_to_one=False), DPMSolverMultistepScheduler(**SCHEDULER)):
        for guidance, image_guidance in CASES:
            pipeline = StableDiffusionInstructPix2PixPipeline(
                vae=vae, text_encoder=text_encoder, tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False
            )
            pipeline.set_progress_bar_config(disable=True)
            common = {
                "prompt": PROMPT, "negative_prompt": NEGATIVE, "image": image, "num_inference_steps": STEPS,
                "guidance_scale": guidance, "image_guidance_scale": image_guidance,
            }
            with torch.no_grad():
                final = pipeline(**common, latents=start.clone(), output_type="latent").images
                drawn = pipeline(**common, latents=start.clone(), output_type="np").images
            cases.append({
                "scheduler": type(scheduler).__name__, "guidance_scale": guidance, "image_guidance_scale": image_guidance,
                "latents": [float(f"{value:.8g}") for value in final.permute(0, 2, 3, 1).flatten().tolist()],
                "bytes": (drawn * 255).round().astype("uint8").flatten().tolist(),
            })
    golden = {
        "made_with": {"diffusers": diffusers.__version__, "transformers": transformers.__version__, "torch": torch.__version__},
        "prompt": PROMPT, "negative_prompt": NEGATIVE, "seed": SEED, "steps": STEPS, "picture": picture,
        "text_config": text_config, "unet_config": unet_config, "cases": cases,
    }
    with open(output, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
