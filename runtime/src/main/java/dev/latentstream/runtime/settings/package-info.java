/**
 * One YAML file into a tree of records that check themselves.
 *
 * <p>Start reading at {@link SettingsReader}. Unknown keys are refused, {@code ${NAME:-default}} reads the environment, and nothing else
 * in the program does. {@link Checks} holds the bounds that constructors of records use; their messages name the value and the bound.
 */
@NullMarked
package dev.latentstream.runtime.settings;

import org.jspecify.annotations.NullMarked;
