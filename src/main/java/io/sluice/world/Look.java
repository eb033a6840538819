package io.sluice.world;

/**
 * What things are made of. The two looks share no texture, no lettering, no colour value and no breed or model of things, so that
 * a model which is trained on the one and measured on the other is measured on more than other seeds.
 */
public enum Look {
    TRAINING,
    HELD_OUT
}
