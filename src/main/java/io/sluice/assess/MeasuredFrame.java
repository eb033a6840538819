package io.sluice.assess;

import io.sluice.frame.Frame;
import io.sluice.frame.Removal;
import io.sluice.stage.StageName;
import java.util.Optional;

/**
 * A frame with what is kept of it under a recipe.
 *
 * @param frame as extracted, with the annotations of the filters that have measured it
 * @param removal what inpaint has removed, where it has looked
 * @param failed the stage that could not measure it, and could not do so again under this recipe
 */
public record MeasuredFrame(Frame frame, Optional<Removal> removal, Optional<StageName> failed) {}
