"""One run of TRL's `SFTTrainer` with packing, on tokens that were made before.

python -m benchmarks.peers.trl_once --tokens TOKENS.json --base FOLDER --settings SETTINGS.json --out FOLDER

TOKENS.json holds `train`, a list of `input_ids` and `completion_mask`.
Source: https://huggingface.co/docs/trl/sft_trainer, its sections on packing and on completions alone.
Changed from its defaults: no gradient checkpointing, which saves memory and costs time; rate, schedule
and betas as in the other system.
"""

from __future__ import annotations

import importlib.metadata
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.gpu_memory import peak_memory
from benchmarks.options import Options
from benchmarks.preloaded import preload
from benchmarks.warm_steps import WarmSteps

BETAS, EPS = (0.9, 0.98), 1e-6


def main() -> None:
    """Prints seconds and versions as one line of JSON; the tuned network lies in the folder."""
    options = Options(__doc__)
    options.add_argument("--tokens", type=Path, required=True)
    options.add_argument("--base", type=Path, required=True)
    options.add_argument("--settings", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    asked = options.parse_args()
    settings = json.loads(asked.settings.read_text())
    train = json.loads(asked.tokens.read_text())["train"]
    seconds = tune(train, base=asked.base, settings=settings, out=asked.out)
    versions = {name: importlib.metadata.version(name) for name in ("trl", "transformers", "torch")}
    print(json.dumps({**seconds, "versions": versions}))


def tune(train: list[dict[str, Any]], *, base: Path, settings: dict[str, Any], out: Path) -> dict[str, float]:
    """Seconds of the training alone and of all from opening the base on, and a GPU's peak memory.

    Args:
        train: ids and masks of conversations.
        base: folder of the pre-trained model.
        settings: `strategy`, `epochs`, `rate`, `tokens_a_step`, `max_length`, `precision`, `seed`.
        out: where the tuned network is left.
    """
    preload("transformers.models.llama.modeling_llama")
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    begun, warm = time.perf_counter(), WarmSteps()
    device = settings.get("device", "cpu")
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, **_held(settings["strategy"]))
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder,
            packing=True,
            completion_only_loss=True,
            max_length=settings["max_length"],
            per_device_train_batch_size=max(1, settings["tokens_a_step"] // settings["max_length"]),
            num_train_epochs=settings["epochs"],
            learning_rate=settings["rate"],
            lr_scheduler_type="linear",
            warmup_steps=0.1,
            weight_decay=0.01,
            adam_beta1=BETAS[0],
            adam_beta2=BETAS[1],
            adam_epsilon=EPS,
            max_grad_norm=1.0,
            bf16=settings["precision"] == "bfloat16",
            use_cpu=device == "cpu",
            gradient_checkpointing=False,
            seed=settings["seed"],
            logging_strategy="no",
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
        )
        trainer = SFTTrainer(
            model=model,
            args=config,
            train_dataset=Dataset.from_list(train),
            processing_class=tokenizer,
            peft_config=None if settings["strategy"] == "full" else _adapter(),
            callbacks=[_told(warm)],
        )
        ready = time.perf_counter()
        trainer.train()
        done = time.perf_counter()
    memory = peak_memory(device)
    tuned: Any = trainer.model
    if settings["strategy"] == "qlora":
        tuned = _beside_whole_weights(tuned, base=base)
    if settings["strategy"] != "full":
        tuned = tuned.merge_and_unload()
    tuned.save_pretrained(out)
    return {"seconds": done - ready, "whole_s": done - begun, **warm.seconds(done), **memory}


def _told(warm: WarmSteps) -> Any:
    """A callback that tells of each step."""
    from transformers import TrainerCallback

    made: Any = type("Told", (TrainerCallback,), {"on_step_end": lambda *_, **__: warm.ended()})
    return made()


def _held(strategy: str) -> dict[str, Any]:
    """How the base is opened for adapters over weights of 4 bits; as it is for all else."""
    if strategy != "qlora":
        return {}
    import torch
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    return {"quantization_config": config, "device_map": {"": 0}}


def _beside_whole_weights(tuned: Any, *, base: Path) -> Any:
    """The adapter beside what the 4 bits stand for; merged into them, what it learnt is rounded away."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    with tempfile.TemporaryDirectory() as folder:
        tuned.save_pretrained(folder)
        whole: Any = AutoModelForCausalLM.from_pretrained(base, **_held("qlora")).dequantize()
        return PeftModel.from_pretrained(whole, folder)


def _adapter() -> Any:
    from peft import LoraConfig

    return LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")


if __name__ == "__main__":
    main()
