/**
 * Networks in ONNX files, run by ONNX Runtime.
 *
 * <p>Start reading at {@link OnnxNetwork}. {@link ImageInput} prepares images for one, {@link TextInput} texts.
 *
 * <p>Promises: a run ends within its time limit, with its outputs or with an exception; a network that ignores the limit is not used again.
 */
@NullMarked
package dev.latentstream.models.onnx;

import org.jspecify.annotations.NullMarked;
