/**
 * The one command {@code latentstream}: wires the stages of the other modules together and runs them.
 *
 * <p>Start reading at {@link dev.latentstream.app.LatentstreamCommand}, the top of the command tree; each sub-command is a
 * class of its own that parses, calls, and prints. A failure that a person can mend is a
 * {@link dev.latentstream.app.Failure}, told in one line.
 */
@NullMarked
package dev.latentstream.app;

import org.jspecify.annotations.NullMarked;
