/**
 * The commands that show and change policies.
 *
 * <p>Start reading at {@link PolicyEdit}: a change applies to the policy that is current when it is written, and names in it that have no
 * effect are reported.
 */
@NullMarked
package dev.latentstream.app.control;

import org.jspecify.annotations.NullMarked;
