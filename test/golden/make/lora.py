"""Goldens of LoRA training: factors, loss, gradients, AdamW steps through a tiny UNet, and LoRA files of other tools.

Run: python test/golden/make/lora.py (see requirements.txt for the pinned versions)
"""

import json
from pathlib import Path

import torch
from diffusers import DDPMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.optimization import get_scheduler
from diffusers.utils import convert_state_dict_to_diffusers, convert_state_dict_to_kohya, convert_unet_state_dict_to_peft
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file

DATA = Path(__file__).resolve().parent.parent / "data" / "lora"
DATA.mkdir(parents=True, exist_ok=True)
torch.use_deterministic_algorithms(True)
torch.set_num_threads(1)

CONFIG = dict(
    sample_size=8,
    in_channels=4,
    out_channels=4,
    block_out_channels=(8, 16),
    layers_per_block=1,
    down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    cross_attention_dim=12,
    attention_head_dim=2,
    norm_num_groups=4,
)
RANK, ALPHA = 3, 6
INSTANCE_ROWS, CLASS_ROWS, PRIOR_WEIGHT = 2, 1, 0.7
LEARNING_RATE, WEIGHT_DECAY, MAX_NORM = 1e-3, 1e-2, 0.05
STEPS = 3


def half(tensor):
    """Values that float16 holds, so that the files can be small and the numbers equal."""
    return tensor.half().float()


def make_unet():
    torch.manual_seed(0)
    unet = UNet2DConditionModel(**CONFIG)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in unet.parameters():
            scale = 0.1 if parameter.ndim == 1 else 0.7 / parameter[0].numel() ** 0.5
            base = 1.0 if parameter.ndim == 1 and parameter.mean() > 0.5 else 0.0
            parameter.copy_(half(base + scale * torch.randn(parameter.shape, generator=generator)))
    return unet


def add_lora(unet):
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=ALPHA, init_lora_weights="gaussian", target_modules=targets))
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, parameter in unet.named_parameters():
            if "lora_" in name:
                scale = 1 / RANK if "lora_A" in name else 0.2
                parameter.copy_(half(scale * torch.randn(parameter.shape, generator=generator)))


def factors(unet):
    """Module path → (down, up), in the order of the paths."""
    found = {}
    for name, parameter in unet.named_parameters():
        if ".lora_A." in name:
            found.setdefault(name.split(".lora_A.")[0], {})["down"] = parameter
        if ".lora_B." in name:
            found.setdefault(name.split(".lora_B.")[0], {})["up"] = parameter
    return {path: (found[path]["down"], found[path]["up"]) for path in sorted(found)}


def packed(pairs):
    return torch.cat([tensor.detach().reshape(-1) for pair in pairs.values() for tensor in pair]).clone()


def training():
    unet = make_unet()
    save_file(
        {name: tensor.half().contiguous() for name, tensor in unet.state_dict().items()}, DATA / "unet.safetensors"
    )
    (DATA / "unet.json").write_text(unet.to_json_string())
    add_lora(unet)
    # In double precision, because float32 gradients of PyTorch are themselves off by 1e-6 to 1e-5.
    unet = unet.double()
    pairs = factors(unet)
    parameters = [tensor for pair in pairs.values() for tensor in pair]

    generator = torch.Generator().manual_seed(3)
    rows = INSTANCE_ROWS + CLASS_ROWS
    latents = torch.randn(STEPS, rows, 4, 8, 8, generator=generator).double()
    noise = torch.randn(STEPS, rows, 4, 8, 8, generator=generator).double()
    context = torch.randn(rows, 5, 12, generator=generator).double()
    timesteps = torch.tensor([[3, 981, 500], [41, 700, 12], [999, 0, 333]])
    scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")

    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    tensors = {"lora": packed(pairs), "latents": latents, "noise": noise, "context": context}
    losses, norms = [], []
    for step in range(STEPS):
        noisy = scheduler.add_noise(latents[step], noise[step], timesteps[step])
        prediction = unet(noisy, timesteps[step], context).sample
        instance, prior = prediction[:INSTANCE_ROWS], prediction[INSTANCE_ROWS:]
        loss = torch.nn.functional.mse_loss(instance, noise[step][:INSTANCE_ROWS])
        loss = loss + PRIOR_WEIGHT * torch.nn.functional.mse_loss(prior, noise[step][INSTANCE_ROWS:])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            tensors["noisy"] = noisy
            tensors["prediction"] = prediction.detach()
            tensors["gradients"] = torch.cat([parameter.grad.reshape(-1) for parameter in parameters]).clone()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, MAX_NORM).item())
        optimizer.step()
        losses.append(loss.item())
    tensors["lora_after"] = packed(pairs)
    tensors["m_after"] = torch.cat([optimizer.state[p]["exp_avg"].reshape(-1) for p in parameters])
    tensors["v_after"] = torch.cat([optimizer.state[p]["exp_avg_sq"].reshape(-1) for p in parameters])
    facts = dict(
        modules=[dict(path=path, shape=[up.shape[0], down.shape[1]]) for path, (down, up) in pairs.items()],
        rank=RANK,
        alpha=ALPHA,
        instance_rows=INSTANCE_ROWS,
        class_rows=CLASS_ROWS,
        prior_loss_weight=PRIOR_WEIGHT,
        learning_rate=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        max_gradient_norm=MAX_NORM,
        timesteps=timesteps.tolist(),
        losses=losses,
        gradient_norms=norms,
    )
    save_file({name: tensor.float().contiguous() for name, tensor in tensors.items()}, DATA / "training.safetensors")
    (DATA / "training.json").write_text(json.dumps(facts, indent=1))


def files():
    """One pair of factors each for two layers, as the writers of other tools name them."""
    unet = make_unet()
    add_lora(unet)
    full = get_peft_model_state_dict(unet)
    wanted = ("mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0", "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k")
    peft = {name: tensor.contiguous() for name, tensor in full.items() if name.startswith(wanted)}
    folder = DATA / "files"
    folder.mkdir(exist_ok=True)
    save_file(peft, folder / "peft.safetensors")
    prefixed = {f"base_model.model.{name}": tensor for name, tensor in peft.items()}
    save_file(prefixed, folder / "peft-base-model.safetensors")
    StableDiffusionPipeline.save_lora_weights(
        folder,
        unet_lora_layers=convert_state_dict_to_diffusers(peft),
        weight_name="diffusers.safetensors",
        unet_lora_adapter_metadata=unet.peft_config["default"].to_dict(),
    )
    old = {
        name.replace(".lora_A.", ".lora.down.").replace(".lora_B.", ".lora.up.")
        .replace(".to_out.0.lora.", ".processor.to_out_lora.").replace(".to_k.lora.", ".processor.to_k_lora."): tensor
        for name, tensor in peft.items()
    }
    assert set(convert_unet_state_dict_to_peft(old)) == set(peft)
    save_file(old, folder / "attn-procs.safetensors")
    # The exporter of diffusers writes alpha as an integer of 64 bits, kohya's own trainer as a float.
    with_prefix = {f"unet.{name}": tensor for name, tensor in peft.items()}
    kohya = {
        name: torch.tensor(float(ALPHA)) if name.endswith(".alpha") else tensor.contiguous()
        for name, tensor in convert_state_dict_to_kohya(with_prefix).items()
    }
    save_file(kohya, folder / "kohya.safetensors")


def schedules():
    cases = []
    for schedule in ["constant", "constant_with_warmup", "linear", "cosine"]:
        for steps, warmup in [(10, 0), (10, 3), (7, 7)]:
            optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
            scheduler = get_scheduler(schedule, optimizer, num_warmup_steps=warmup, num_training_steps=steps)
            factors_ = []
            for _ in range(steps + 2):
                factors_.append(scheduler.get_last_lr()[0])
                optimizer.step()
                scheduler.step()
            cases.append(dict(schedule=schedule, steps=steps, warmup=warmup, factors=factors_))
    (DATA / "schedules.json").write_text(json.dumps(cases))


def adamw():
    generator = torch.Generator().manual_seed(4)
    gradients = half(torch.randn(20, 5, generator=generator)) * torch.tensor([1.0, 1e-3, 1e-8, 100.0, 0.0])
    parameter = torch.tensor([1.0, -0.5, 0.25, 2.0, 3.0], requires_grad=True)
    optimizer = torch.optim.AdamW([parameter], lr=1e-2, weight_decay=0.1)
    after = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        after.append(parameter.tolist())
    (DATA / "adamw.json").write_text(json.dumps(dict(gradients=gradients.tolist(), after=after)))


training()
files()
schedules()
adamw()
