/**
 * The commands that run one stage each, and the wiring of all of them.
 *
 * <p>Start reading at {@link Pipeline}, which creates the stages from the settings; {@link RunningStages} starts, monitors and closes them
 * in order.
 */
@NullMarked
package dev.latentstream.app.stages;

import org.jspecify.annotations.NullMarked;
