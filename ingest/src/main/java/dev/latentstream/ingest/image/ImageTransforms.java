package dev.latentstream.ingest.image;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Transforms of decoded pixels: resizing, alpha, orientation, cropping. */
final class ImageTransforms {
    private ImageTransforms() {}

    /** Shrinks by averaging areas; never enlarges. */
    static Mat shrink(Mat pixels, int shorterSide) {
        Size target = Pixels.size(pixels).shrunkTo(shorterSide);
        if (target.equals(Pixels.size(pixels))) {
            return pixels;
        }
        Mat shrunk = new Mat();
        opencv_imgproc.resize(
                pixels,
                shrunk,
                new org.bytedeco.opencv.opencv_core.Size(target.width(), target.height()),
                0,
                0,
                opencv_imgproc.INTER_AREA);
        return shrunk;
    }

    /** Converts to 8 bits per sample, rounded. */
    static Mat toBytes(Mat pixels) {
        if (pixels.depth() == opencv_core.CV_8U) {
            return pixels;
        }
        Mat bytes = new Mat();
        pixels.convertTo(bytes, opencv_core.CV_8U, 1 / 257.0, 0); // 65535 becomes 255
        return bytes;
    }

    /** Returns grey as BGRA, 8 bits per sample, transparent where it has this level. */
    static Mat withTransparentLevel(Mat grey, int level) {
        Mat opaque = new Mat();
        Mat transparent = new Mat(grey.rows(), grey.cols(), grey.type(), new Scalar(level));
        opencv_core.compare(grey, transparent, opaque, opencv_core.CMP_NE); // 255 where it differs
        Mat levels = toBytes(grey);
        Mat bgra = new Mat();
        opencv_core.merge(new MatVector(levels, levels, levels, opaque), bgra);
        return bgra;
    }

    /** Returns the fourth channel. */
    static Mat alpha(Mat bgra) {
        Mat alpha = new Mat();
        opencv_core.extractChannel(bgra, alpha, 3);
        return alpha;
    }

    /** Returns BGR as it was before it was premultiplied; black where nothing is seen. */
    static Mat straight(Mat premultiplied) {
        Mat bgra = premultiplied.clone();
        Pixels.editRows(bgra, row -> {
            for (int i = 0; i < row.length; i += 4) {
                int alpha = row[i + 3] & 0xff;
                for (int channel = i; alpha > 0 && channel < i + 3; channel++) {
                    row[channel] = (byte) Math.min(255, ((row[channel] & 0xff) * 255 + alpha / 2) / alpha);
                }
            }
        });
        Mat bgr = new Mat();
        opencv_imgproc.cvtColor(bgra, bgr, opencv_imgproc.COLOR_BGRA2BGR);
        return bgr;
    }

    /** Composites straight colours over white. */
    static Mat overWhite(Mat bgr, Mat alpha) {
        Mat bgra = new Mat();
        MatVector channels = new MatVector();
        opencv_core.split(bgr, channels);
        opencv_core.merge(new MatVector(channels.get(0), channels.get(1), channels.get(2), alpha), bgra);
        premultiply(bgra);
        return overWhite(bgra);
    }

    /** Premultiplies colours by alpha in place, so that averaging weights them by it. */
    static void premultiply(Mat bgra) {
        Pixels.editRows(bgra, row -> {
            for (int i = 0; i < row.length; i += 4) {
                int alpha = row[i + 3] & 0xff;
                if (alpha < 255) {
                    row[i] = scaled(row[i], alpha);
                    row[i + 1] = scaled(row[i + 1], alpha);
                    row[i + 2] = scaled(row[i + 2], alpha);
                }
            }
        });
    }

    private static byte scaled(byte colour, int alpha) {
        return (byte) (((colour & 0xff) * alpha + 127) / 255);
    }

    /** Composites premultiplied colours over white and drops alpha. */
    static Mat overWhite(Mat premultiplied) {
        Pixels.editRows(premultiplied, row -> {
            for (int i = 0; i < row.length; i += 4) {
                int white = 255 - (row[i + 3] & 0xff);
                row[i] = lighter(row[i], white);
                row[i + 1] = lighter(row[i + 1], white);
                row[i + 2] = lighter(row[i + 2], white);
            }
        });
        Mat opaque = new Mat();
        opencv_imgproc.cvtColor(premultiplied, opaque, opencv_imgproc.COLOR_BGRA2BGR);
        return opaque;
    }

    private static byte lighter(byte colour, int white) {
        return (byte) Math.min(255, (colour & 0xff) + white);
    }

    static Mat turn(Mat stored, Orientation orientation) {
        Mat turned = new Mat();
        switch (orientation) {
            case UPRIGHT -> {
                return stored;
            }
            case MIRRORED -> opencv_core.flip(stored, turned, 1);
            case HALF_TURN -> opencv_core.rotate(stored, turned, opencv_core.ROTATE_180);
            case UPSIDE_DOWN_MIRRORED -> opencv_core.flip(stored, turned, 0);
            case TRANSPOSED -> opencv_core.transpose(stored, turned);
            case QUARTER_TURN_CLOCKWISE -> opencv_core.rotate(stored, turned, opencv_core.ROTATE_90_CLOCKWISE);
            case TRANSVERSED -> {
                Mat transposed = new Mat();
                opencv_core.transpose(stored, transposed);
                opencv_core.rotate(transposed, turned, opencv_core.ROTATE_180);
            }
            case QUARTER_TURN_COUNTERCLOCKWISE ->
                opencv_core.rotate(stored, turned, opencv_core.ROTATE_90_COUNTERCLOCKWISE);
        }
        return turned;
    }

    /** Returns a copy of the centre square. */
    static Mat centreSquare(Mat pixels) {
        int side = Pixels.size(pixels).shorterSide();
        Rect square = new Rect((pixels.cols() - side) / 2, (pixels.rows() - side) / 2, side, side);
        return new Mat(pixels, square).clone();
    }
}
