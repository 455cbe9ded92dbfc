/**
 * An endless, seeded source of drawn scenes: pictures whose contents are known exactly.
 *
 * <p>Start with {@link dev.latentstream.scenes.Scenes}, which decides what a scene holds;
 * {@link dev.latentstream.scenes.SceneRenderer} draws it, {@link dev.latentstream.scenes.SceneCaptions}
 * and {@link dev.latentstream.scenes.SceneAltText} tell of it truly and poorly, and
 * {@link dev.latentstream.scenes.SceneSource} delivers encoded pictures.
 *
 * <p>Contents and texts are pure functions of seed and index, equal on every machine; pixels may differ slightly
 * between Java versions, as the rasteriser does. Everything here is safe for use by several threads except
 * {@code SceneSource}, which is an iterator.
 */
@NullMarked
package dev.latentstream.scenes;

import org.jspecify.annotations.NullMarked;
