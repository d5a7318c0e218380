"""What the mathematics and the models say of one text, as plain numbers: for whoever explains or plots it.

May import: engine.context, engine.denoising, engine.diffusion, engine.edits, engine.samplers, engine.systems, engine.text.
"""
