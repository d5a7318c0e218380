"""The systems as data: which sampler, schedule, order and settings make up LLaDA, Mercury, Gemini and the others;
their parameters; and which denoiser does which task.

May import: engine.denoising, engine.diffusion, engine.samplers.
"""
