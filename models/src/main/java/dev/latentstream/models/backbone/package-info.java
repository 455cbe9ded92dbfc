/**
 * The denoising networks of latent diffusion: UNets, PixArt, U-ViT.
 *
 * <p>Start reading at {@link Backbone}, then {@link Preset}, which lists the networks of the papers. One file per network, in the order of
 * its paper. {@link BackboneFolder} saves and loads one in {@code diffusers}' layout. Not thread-safe.
 */
@NullMarked
package dev.latentstream.models.backbone;

import org.jspecify.annotations.NullMarked;
