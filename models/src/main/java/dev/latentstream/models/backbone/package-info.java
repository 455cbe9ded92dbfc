/**
 * The networks of latent diffusion that are trained: UNets, PixArt, U-ViT.
 *
 * <p>Start reading at {@link Backbone}, then {@link Preset}, which has the networks that papers name. One file a network, in the order of its
 * paper. {@link BackboneFolder} keeps one on disk as {@code diffusers} lays it out. Not thread-safe.
 */
@NullMarked
package dev.latentstream.models.backbone;

import org.jspecify.annotations.NullMarked;
