"""Models on MDLM's diffusion transformer: MDLM, UDLM, SEDD, BD3-LM and Eso-LM.

May import: engine.context, engine.denoising, engine.diffusion, engine.models.loading, engine.models.masked,
engine.text.
"""
