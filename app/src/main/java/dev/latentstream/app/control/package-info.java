/**
 * The commands that show and change policies.
 *
 * <p>Start reading at {@link PolicyEdit}: a change is applied to what is in force when it is written, and names in it that have no effect
 * are reported.
 */
@NullMarked
package dev.latentstream.app.control;

import org.jspecify.annotations.NullMarked;
