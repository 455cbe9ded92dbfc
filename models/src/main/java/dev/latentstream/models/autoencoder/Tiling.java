package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Processes large images tile by tile, so that an autoencoder's memory does not grow with them. Tiles overlap by a quarter and are
 * blended there, as in diffusers' {@code enable_tiling}. An image no larger than a tile is processed whole.
 *
 * @param side of a tile of the image, in pixels
 * @param downsampling pixels of a side for each row or column of the latent
 */
record Tiling(int side, int downsampling) {
    private static final int OVERLAP = 4; // a fourth of a tile

    Tiling {
        if (downsampling < 1 || side < 1 || side % (OVERLAP * downsampling) != 0) {
            throw new IllegalArgumentException("a tile of %d pixels does not split into %d parts of blocks of %d pixels"
                    .formatted(side, OVERLAP, downsampling));
        }
    }

    /** Images (B, C, H, W) -> (B, M, h, w), by a function that does the same to a tile. */
    NDArray encode(NDArray images, UnaryOperator<NDArray> encoder) {
        return apply(images, side, side / downsampling, encoder);
    }

    /** Latents (B, L, h, w) -> (B, C, H, W), by a function that does the same to a tile. */
    NDArray decode(NDArray latents, UnaryOperator<NDArray> decoder) {
        return apply(latents, side / downsampling, side, decoder);
    }

    /**
     * @param from side of a tile of the input
     * @param to side of a tile of the output
     */
    private static NDArray apply(NDArray x, int from, int to, UnaryOperator<NDArray> function) {
        long height = x.getShape().get(2);
        long width = x.getShape().get(3);
        if (height <= from && width <= from) {
            return function.apply(x);
        }
        int stride = from - from / OVERLAP;
        List<NDArray> bands = new ArrayList<>();
        List<NDArray> above = List.of();
        for (int row = 0; row < height; row += stride) {
            List<NDArray> band = new ArrayList<>();
            for (int column = 0; column < width; column += stride) {
                NDArray tile = tile(x, row, column, from, function);
                tile = above.isEmpty() ? tile : blended(above.get(band.size()), tile, 2, to / OVERLAP);
                tile = band.isEmpty() ? tile : blended(band.get(band.size() - 1), tile, 3, to / OVERLAP);
                band.add(tile);
            }
            bands.add(joined(band, to - to / OVERLAP));
            above = band;
        }
        return concatenated(bands, 2);
    }

    private static NDArray tile(NDArray x, int row, int column, int side, UnaryOperator<NDArray> function) {
        NDArray rows = Torch.narrow(x, 2, row, Math.min(side, x.getShape().get(2) - row));
        NDArray part = Torch.narrow(rows, 3, column, Math.min(side, x.getShape().get(3) - column));
        return Torch.scoped(() -> function.apply(part));
    }

    /** Blends a tile's first rows or columns with the last ones of the tile before. */
    private static NDArray blended(NDArray before, NDArray tile, int axis, int overlap) {
        long length = tile.getShape().get(axis);
        int extent = (int) Math.min(overlap, Math.min(length, before.getShape().get(axis)));
        float[] own = new float[extent];
        float[] others = new float[extent];
        for (int i = 0; i < extent; i++) {
            own[i] = (float) i / extent;
            others[i] = 1 - own[i];
        }
        long[] shape = {1, 1, axis == 2 ? extent : 1, axis == 3 ? extent : 1};
        NDArray last = Torch.narrow(before, axis, before.getShape().get(axis) - extent, extent);
        NDArray first = Torch.narrow(tile, axis, 0, extent);
        NDArray mixed = last.mul(Torch.tensor(tile.getManager(), others, shape))
                .add(first.mul(Torch.tensor(tile.getManager(), own, shape)));
        return extent == length ? mixed : mixed.concat(Torch.narrow(tile, axis, extent, length - extent), axis);
    }

    /** Joins the parts of the tiles that no later tile covers. */
    private static NDArray joined(List<NDArray> tiles, int kept) {
        List<NDArray> parts = new ArrayList<>();
        for (NDArray tile : tiles) {
            NDArray rows =
                    Torch.narrow(tile, 2, 0, Math.min(kept, tile.getShape().get(2)));
            parts.add(Torch.narrow(rows, 3, 0, Math.min(kept, tile.getShape().get(3))));
        }
        return concatenated(parts, 3);
    }

    private static NDArray concatenated(List<NDArray> parts, int axis) {
        NDArray whole = parts.get(0);
        for (NDArray part : parts.subList(1, parts.size())) {
            whole = whole.concat(part, axis);
        }
        return whole;
    }
}
