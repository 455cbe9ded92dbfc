/**
 * The settings file and the options that commands share.
 *
 * <p>Start reading at {@link PipelineSettings}: the whole of {@code pipeline.yaml}.
 */
@NullMarked
package dev.latentstream.app.settings;

import org.jspecify.annotations.NullMarked;
