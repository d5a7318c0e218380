"""A checkpoint's own code, as strangers write it: copied into a folder by test_remote.py, never imported from here."""

from transformers import PretrainedConfig


class OddConfig(PretrainedConfig):
    model_type = "odd"

    def __init__(self, vocab_size=259, hidden_size=32, causal=False, pads=True, answer="tensor", **more):
        self.vocab_size, self.hidden_size, self.causal, self.pads, self.answer = (
            vocab_size,
            hidden_size,
            causal,
            pads,
            answer,
        )
        super().__init__(**more)
