"""UNet, autoencoder and both CLIP towers of diffusers and transformers on tiny configs, and a checkpoint folder as they write it.

Usage: python model_parts.py OUTPUT_FOLDER
The weights of the parts are not stored: test/helpers/generated-weights.ts makes the same ones. Pictures are stored channels last.
"""

import json
import os
import shutil
import sys

import diffusers
import torch
import transformers
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from pipeline import SCHEDULER, fill
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection

SEED = 20
CROSS_DOWN, DOWN, UP, CROSS_UP = "CrossAttnDownBlock2D", "DownBlock2D", "UpBlock2D", "CrossAttnUpBlock2D"

# Sides that do not halve evenly, one and three levels, levels without attention, heads per level.
UNETS = [
    {
        "config": {
            "block_out_channels": [16, 24, 32], "layers_per_block": 2, "down_block_types": [CROSS_DOWN, CROSS_DOWN, DOWN],
            "up_block_types": [UP, CROSS_UP, CROSS_UP], "attention_head_dim": 4, "cross_attention_dim": 20, "norm_num_groups": 8, "sample_size": 8,
        },
        "size": [2, 6, 10], "tokens": 7, "timesteps": [981, 17.5],
    },
    {
        "config": {
            "block_out_channels": [8, 12], "layers_per_block": 1, "down_block_types": [DOWN, DOWN], "up_block_types": [UP, UP],
            "attention_head_dim": [2, 3], "cross_attention_dim": 9, "norm_num_groups": 4, "norm_eps": 1e-6, "in_channels": 3, "out_channels": 5, "sample_size": 8,
        },
        "size": [1, 5, 7], "tokens": 3, "timesteps": [0],
    },
    {
        "config": {
            "block_out_channels": [12], "layers_per_block": 3, "down_block_types": [CROSS_DOWN], "up_block_types": [CROSS_UP],
            "attention_head_dim": 1, "cross_attention_dim": 16, "norm_num_groups": 6, "sample_size": 8,
        },
        "size": [3, 4, 3], "tokens": 5, "timesteps": [1, 500, 999],
    },
]
AUTOENCODERS = [
    {
        "config": {"block_out_channels": [8, 16, 24], "layers_per_block": 1, "norm_num_groups": 4, "latent_channels": 4, "sample_size": 16, "scaling_factor": 0.3},
        "pixels": [2, 12, 20], "latents": [2, 3, 5],
    },
    {
        "config": {"block_out_channels": [12, 6], "layers_per_block": 2, "norm_num_groups": 3, "latent_channels": 3, "sample_size": 16},
        "pixels": [1, 13, 9], "latents": [1, 4, 7],
    },
]
TEXTS = [
    {
        "config": {
            "vocab_size": 60, "hidden_size": 24, "intermediate_size": 50, "num_hidden_layers": 2, "num_attention_heads": 3, "max_position_embeddings": 9,
            "hidden_act": "quick_gelu", "projection_dim": 10, "bos_token_id": 58, "eos_token_id": 59, "pad_token_id": 59,
        },
        "ids": [[58, 3, 17, 17, 40, 59, 59, 59, 59], [58, 5, 59, 59, 59, 59, 59, 59, 59]],
    },
    {
        "config": {
            "vocab_size": 30, "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3, "num_attention_heads": 1, "max_position_embeddings": 12,
            "hidden_act": "gelu", "layer_norm_eps": 1e-6, "projection_dim": 16, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1,
        },
        "ids": [[28, 3, 11, 29, 0, 0, 0]],
    },
]
VISIONS = [
    {
        "config": {
            "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 12, "patch_size": 4,
            "hidden_act": "quick_gelu", "projection_dim": 10, "num_channels": 3,
        },
        "batch": 2,
    },
    {
        "config": {
            "hidden_size": 18, "intermediate_size": 18, "num_hidden_layers": 1, "num_attention_heads": 3, "image_size": 15, "patch_size": 6,
            "hidden_act": "gelu", "layer_norm_eps": 1e-6, "projection_dim": 7, "num_channels": 1,
        },
        "batch": 1,
    },
]


def nchw(batch: int, height: int, width: int, channels: int) -> torch.Tensor:
    return torch.randn(batch, channels, height, width)


def tensor(x: torch.Tensor) -> dict:
    """Four axes are a picture, stored channels last."""
    x = x.detach().float()
    if x.dim() == 4:
        x = x.permute(0, 2, 3, 1)
    return {"shape": list(x.shape), "data": [float(f"{value:.8g}") for value in x.flatten().tolist()]}


def text_name(name: str) -> str:
    return name if name.startswith(("text_model.", "text_projection.")) else f"text_model.{name}"


@torch.no_grad()
def unet_case(case: dict) -> dict:
    model = fill(UNet2DConditionModel(**case["config"]), "unet")
    batch, height, width = case["size"]
    sample = nchw(batch, height, width, model.config.in_channels)
    context = torch.randn(batch, case["tokens"], case["config"]["cross_attention_dim"])
    noise = model(sample, torch.tensor(case["timesteps"], dtype=torch.float32), context).sample
    return {"config": case["config"], "timesteps": case["timesteps"], "sample": tensor(sample), "context": tensor(context), "noise": tensor(noise)}


@torch.no_grad()
def autoencoder_case(case: dict) -> dict:
    levels = len(case["config"]["block_out_channels"])
    config = {**case["config"], "down_block_types": ["DownEncoderBlock2D"] * levels, "up_block_types": ["UpDecoderBlock2D"] * levels}
    model = fill(AutoencoderKL(**config), "vae")
    pixels = nchw(*case["pixels"], 3)
    latents = nchw(*case["latents"], config["latent_channels"])
    posterior = model.encode(pixels).latent_dist
    return {
        "config": config, "pixels": tensor(pixels), "mean": tensor(posterior.mean), "log_variance": tensor(posterior.logvar), "std": tensor(posterior.std),
        "latents": tensor(latents), "decoded": tensor(model.decode(latents).sample),
    }


@torch.no_grad()
def text_case(case: dict) -> dict:
    model = fill(CLIPTextModelWithProjection(CLIPTextConfig(**case["config"])), "text_encoder", text_name)
    output = model(torch.tensor(case["ids"]))
    return {"config": case["config"], "ids": case["ids"], "last_hidden_state": tensor(output.last_hidden_state), "text_embeds": tensor(output.text_embeds)}


@torch.no_grad()
def vision_case(case: dict) -> dict:
    model = fill(CLIPVisionModelWithProjection(CLIPVisionConfig(**case["config"])), "image_encoder")
    size = case["config"]["image_size"]
    pixels = nchw(case["batch"], size, size, case["config"]["num_channels"])
    return {"config": case["config"], "pixels": tensor(pixels), "image_embeds": tensor(model(pixels).image_embeds)}


@torch.no_grad()
def write_folder(folder: str) -> dict:
    """Random weights as the libraries save them, in three element types; results are of the rounded weights."""
    shutil.rmtree(folder, ignore_errors=True)
    unet = UNet2DConditionModel(
        block_out_channels=[8, 16], layers_per_block=1, down_block_types=[CROSS_DOWN, DOWN], up_block_types=[UP, CROSS_UP], attention_head_dim=2,
        cross_attention_dim=16, norm_num_groups=4, sample_size=8,
    ).half()
    vae = AutoencoderKL(
        block_out_channels=[8, 8], layers_per_block=1, norm_num_groups=4, sample_size=16, down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
    ).bfloat16()
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=600, hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=32,
            bos_token_id=0, eos_token_id=2,
        )
    )
    vision = CLIPVisionModelWithProjection(
        CLIPVisionConfig(hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8, projection_dim=16)
    )
    unet.save_pretrained(f"{folder}/unet", variant="fp16")
    vae.save_pretrained(f"{folder}/vae")
    text.save_pretrained(f"{folder}/text_encoder")
    vision.save_pretrained(f"{folder}/image_encoder")
    DDIMScheduler(**SCHEDULER, clip_sample=False, set_alpha_to_one=False).save_pretrained(f"{folder}/scheduler")
    parts = {
        "_class_name": "StableDiffusionPipeline", "_diffusers_version": diffusers.__version__, "feature_extractor": [None, None],
        "image_encoder": ["transformers", "CLIPVisionModelWithProjection"], "requires_safety_checker": False, "safety_checker": [None, None],
        "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
    }
    with open(f"{folder}/model_index.json", "w") as file:
        json.dump(parts, file, indent=2)
    ids = [[500, 7, 21, 599, 599, 1, 2, 3]]
    context = text.eval()(torch.tensor(ids)).last_hidden_state
    sample = nchw(1, 4, 4, 4)
    noise = unet.float().eval()(sample, torch.tensor([321.0]), context).sample
    return {
        "ids": ids, "context": tensor(context), "sample": tensor(sample), "timestep": 321, "noise": tensor(noise),
        "decoded": tensor(vae.float().eval().decode(sample).sample),
    }


def main(output: str) -> None:
    torch.manual_seed(SEED)
    os.makedirs(output, exist_ok=True)
    made_with = {"diffusers": diffusers.__version__, "torch": torch.__version__, "transformers": transformers.__version__}
    about = {"made_with": made_with, "command": "python model_parts.py ../data/models", "seed": SEED}
    results = {
        "unet": [unet_case(case) for case in UNETS],
        "autoencoder": [autoencoder_case(case) for case in AUTOENCODERS],
        "text-encoder": [text_case(case) for case in TEXTS],
        "image-encoder": [vision_case(case) for case in VISIONS],
        "checkpoint": [write_folder(f"{output}/checkpoint")],
    }
    for name, cases in results.items():
        with open(f"{output}/{name}.json", "w") as file:
            json.dump({**about, "cases": cases}, file)
            file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
