/**
 * The one command {@code latentstream}: wires the stages of the other modules together and runs them.
 *
 * <p>Start reading at {@link LatentstreamCommand}, the root of the command tree; each command has a package of its own, and those that several
 * share ({@code cli}, {@code cluster}, {@code settings}) lie below. A failure that a person can mend is a
 * {@link dev.latentstream.app.cli.Failure}: one line, exit code 1. Usage errors exit with 2.
 */
@NullMarked
package dev.latentstream.app;

import org.jspecify.annotations.NullMarked;
