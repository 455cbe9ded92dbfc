package dev.latentstream.models.backbone;

/** What a network is told of each picture as a whole, beside its text. */
public sealed interface AddedConditioning permits PooledTextAndSizes, ResolutionConditioning {}
