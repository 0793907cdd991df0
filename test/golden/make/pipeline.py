"""diffusers' StableDiffusionPipeline on tiny components, whose weights and noise come from the documented generator.

Usage: python pipeline.py TOKENIZER_FOLDER OUTPUT.json
TOKENIZER_FOLDER is the trained one of tokenizer-folders.ts. Nothing but results is stored: test/helpers/generated-weights.ts makes the same weights.
"""

import json
import math
import sys

import diffusers
import torch
import transformers
from diffusers import AutoencoderKL, DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
from generator import Generator
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

SCHEDULER = {
    "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "steps_offset": 1, "trained_betas": None,
}
UNET = {
    "sample_size": 8, "in_channels": 4, "out_channels": 4, "layers_per_block": 1, "block_out_channels": [16, 32], "norm_num_groups": 8,
    "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
    "cross_attention_dim": 24, "attention_head_dim": 4, "act_fn": "silu", "center_input_sample": False, "downsample_padding": 1,
    "flip_sin_to_cos": True, "freq_shift": 0, "mid_block_scale_factor": 1, "norm_eps": 1e-5,
}
VAE = {
    "in_channels": 3, "out_channels": 3, "latent_channels": 4, "layers_per_block": 1, "block_out_channels": [16, 32], "norm_num_groups": 8,
    "down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2, "act_fn": "silu", "sample_size": 16,
    "scaling_factor": 0.18215,
}
TEXT = {
    "hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 32,
    "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "projection_dim": 24,
}
PROMPT, NEGATIVE, SEED, STEPS, GUIDANCE = "a photo of sks dog in the jungle", "a cat on the beach", 1234, 20, 7.5


def weight(name: str, shape: list[int]) -> torch.Tensor:
    """Norm scales near 1, biases near 0, everything else of variance 1 / fan-in."""
    count = math.prod(shape)
    generator = Generator(0).fork(name)
    values = []
    while len(values) < count:
        values += generator.normal_pair()
    normal = torch.tensor(values[:count], dtype=torch.float32).reshape(shape)
    if name.endswith("bias"):
        return normal * 0.1
    return 1 + normal * 0.1 if len(shape) == 1 else normal / math.sqrt(math.prod(shape[1:]))


def fill(model: torch.nn.Module, folder: str, rename=lambda name: name) -> torch.nn.Module:
    state = model.state_dict()
    for name, tensor in state.items():
        if tensor.is_floating_point():
            state[name] = weight(f"{folder}/{rename(name)}", list(tensor.shape))
    model.load_state_dict(state)
    return model.eval()


def main(tokenizer_folder: str, output: str) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(tokenizer_folder)
    text_config = {**TEXT, "vocab_size": len(tokenizer), "bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    # Newer releases drop the prefix that the files of every checkpoint carry.
    prefixed = lambda name: name if name.startswith("text_model.") else f"text_model.{name}"
    text_encoder = fill(CLIPTextModel(CLIPTextConfig(**text_config)), "text_encoder", prefixed)
    unet = fill(UNet2DConditionModel(**UNET), "unet")
    vae = fill(AutoencoderKL(**VAE), "vae")

    latents = []
    generator = Generator(SEED).fork("picture 0")
    while len(latents) < 8 * 8 * 4:
        latents += generator.normal_pair()
    start = torch.tensor(latents).reshape(1, 8, 8, 4).permute(0, 3, 1, 2)

    cases = []
    for scheduler in (
        DDIMScheduler(**SCHEDULER, clip_sample=False, set_alpha_to_one=False),
        DPMSolverMultistepScheduler(**SCHEDULER),
    ):
        for guidance in (GUIDANCE, 1.0):
            pipeline = StableDiffusionPipeline(vae=vae, text_encoder=text_encoder, tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
            pipeline.set_progress_bar_config(disable=True)
            common = {"prompt": PROMPT, "negative_prompt": NEGATIVE, "num_inference_steps": STEPS, "guidance_scale": guidance, "height": 16, "width": 16}
            with torch.no_grad():
                final = pipeline(**common, latents=start.clone(), output_type="latent").images
                image = pipeline(**common, latents=start.clone(), output_type="np").images
            cases.append({
                "scheduler": type(scheduler).__name__, "guidance_scale": guidance,
                "latents": final.permute(0, 2, 3, 1).flatten().tolist(),
                "bytes": (image * 255).round().astype("uint8").flatten().tolist(),
            })
    with torch.no_grad():
        ids = tokenizer(PROMPT, padding="max_length", max_length=32, truncation=True, return_tensors="pt").input_ids
        embeddings = text_encoder(ids).last_hidden_state
    golden = {
        "made_with": {"diffusers": diffusers.__version__, "transformers": transformers.__version__, "torch": torch.__version__},
        "prompt": PROMPT, "negative_prompt": NEGATIVE, "seed": SEED, "steps": STEPS,
        "text_config": text_config, "unet_config": UNET, "vae_config": VAE,
        "ids": ids.flatten().tolist(), "embeddings": embeddings.flatten().tolist(),
        "cases": cases,
    }
    with open(output, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
