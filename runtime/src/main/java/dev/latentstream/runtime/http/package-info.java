/** The HTTP endpoint for operators: {@link HttpEndpoint} serves {@code /metrics} and {@code /health}. */
@NullMarked
package dev.latentstream.runtime.http;

import org.jspecify.annotations.NullMarked;
