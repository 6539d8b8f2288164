"""Choose the arithmetic that trains fastest here without changing results worth measuring."""

from pathlib import Path


def training_policy() -> str:
    """`mixed_bfloat16` on a GPU or a CPU with bfloat16 units, else `float32`.

    Under TensorFlow on a CPU without those units bfloat16 is emulated and several times slower.
    """
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return "mixed_bfloat16" if jax.default_backend() == "gpu" else "float32"
    cpu = Path("/proc/cpuinfo")
    flags = cpu.read_text(encoding="utf-8", errors="ignore") if cpu.exists() else ""
    return "mixed_bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
