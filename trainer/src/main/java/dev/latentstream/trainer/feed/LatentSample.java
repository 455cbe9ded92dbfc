package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.TensorBytes;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The latent of one image, with its captions.
 *
 * @param latent the validated record, whose elements stay encoded until they are drawn; never written to
 */
public record LatentSample(RecordPosition position, String imageId, Latent latent) {
    /** Returns the elements of the latent, row-major (C, H, W). */
    float[] values() {
        Encoding encoding = latent.getEncoding();
        return TensorBytes.decode(encoding.getMean(), encoding.getType());
    }

    /** Returns the elements as they are stored, which nobody may write to. */
    ByteBuffer elements() {
        return latent.getEncoding().getMean();
    }

    /** Returns the size and crop conditioning of the image. */
    SizeConditioning size() {
        return size(latent.getEncoding());
    }

    List<Caption> captions() {
        return latent.getCaptions().getCaptions();
    }

    /**
     * Returns SDXL's size and crop conditioning of an encoded image; a record without the original's size counts as one of the bucket's size.
     *
     * @throws IllegalArgumentException if the bucket or the crop is invalid; the message has the value and the bound
     */
    static SizeConditioning size(Encoding encoding) {
        String bucket = encoding.getBucket();
        int times = bucket.indexOf('x');
        int width = side(bucket, 0, times);
        int height = side(bucket, times + 1, bucket.length());
        Crop crop = encoding.getCrop();
        if (crop.getWidth() < 1 || crop.getHeight() < 1) {
            throw new IllegalArgumentException(
                    "a crop of %d x %d pixels; at least 1 x 1".formatted(crop.getWidth(), crop.getHeight()));
        }
        PictureSize original = encoding.getOriginal().orElse(new PictureSize(width, height));
        return new SizeConditioning(
                original.getHeight(),
                original.getWidth(),
                scaled(crop.getTop(), height, crop.getHeight()),
                scaled(crop.getLeft(), width, crop.getWidth()),
                height,
                width);
    }

    /** Reads a side of a bucket, of up to five digits. */
    private static int side(String bucket, int from, int to) {
        int side = 0;
        for (int i = from; i < to; i++) {
            int digit = bucket.charAt(i) - '0';
            if (digit < 0 || digit > 9 || side + digit == 0) {
                throw invalid(bucket);
            }
            side = 10 * side + digit;
        }
        if (to - from < 1 || to - from > 5) {
            throw invalid(bucket);
        }
        return side;
    }

    private static IllegalArgumentException invalid(String bucket) {
        return new IllegalArgumentException("bucket %s is not width x height in pixels".formatted(bucket));
    }

    /** Converts a crop coordinate to the scale at which the crop has the bucket's size. */
    private static int scaled(int position, int bucket, int crop) {
        return Math.toIntExact(Math.round((double) position * bucket / crop));
    }
}
