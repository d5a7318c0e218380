"""A small network that reads both ways, unless its config says otherwise."""

import torch
from transformers import PreTrainedModel
from transformers.modeling_outputs import MaskedLMOutput

from .configuration_odd import OddConfig


class OddModel(PreTrainedModel):
    config_class = OddConfig

    def __init__(self, config):
        super().__init__(config)
        size = config.hidden_size
        self.words = torch.nn.Embedding(config.vocab_size, size)
        self.places = torch.nn.Embedding(256, size)
        self.keys = torch.nn.Linear(size, 2 * size)
        self.head = torch.nn.Linear(size, config.vocab_size)
        self.post_init()

    def forward(self, input_ids, attention_mask=None):
        x = self.words(input_ids) + self.places(torch.arange(input_ids.shape[1], device=input_ids.device))
        query, value = self.keys(x).chunk(2, -1)
        weights = query @ x.transpose(1, 2)
        if attention_mask is not None and self.config.pads:
            weights = weights.masked_fill(attention_mask[:, None] == 0, -1e9)
        if self.config.causal:
            weights = weights.masked_fill(torch.ones_like(weights[0]).triu(1).bool(), -1e9)
        scores = self.head(x + weights.softmax(-1) @ value)
        if self.config.answer == "tensor":
            return scores
        return MaskedLMOutput(logits=scores) if self.config.answer == "output" else {"something": x}
