"""A text being written, looked at from outside: what a rule sees in each step, what one step cannot know, what a step costs.

May import: engine.context, engine.denoising, engine.diffusion, engine.judging, engine.models.masked, engine.runs,
engine.samplers, engine.study, engine.systems, engine.text.
"""
