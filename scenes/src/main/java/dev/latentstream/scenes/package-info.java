/**
 * A synthetic data set: an endless, seeded series of rendered scenes whose contents are known exactly.
 *
 * <p>Start reading at {@link dev.latentstream.scenes.Scenes}, which generates the contents of a scene;
 * {@link dev.latentstream.scenes.SceneRenderer} renders it, {@link dev.latentstream.scenes.SceneCaptions} describes it correctly,
 * {@link dev.latentstream.scenes.SceneAltText} poorly, and {@link dev.latentstream.scenes.SceneImage} combines them.
 *
 * <p>Contents and texts are pure functions of seed and index, equal on every machine; pixels may differ slightly
 * between Java versions, as the rasteriser does. Everything here is thread-safe.
 *
 */
@NullMarked
package dev.latentstream.scenes;

import org.jspecify.annotations.NullMarked;
