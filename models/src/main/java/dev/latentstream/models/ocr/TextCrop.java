package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.getPerspectiveTransform;
import static org.bytedeco.opencv.global.opencv_imgproc.warpPerspective;

import dev.latentstream.models.ocr.Quadrilateral.Point;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Cuts lines of text out of images. */
final class TextCrop {
    /** Height over width from which a line is taken for a vertical one. */
    private static final double VERTICAL = 1.5;

    private TextCrop() {}

    /** Returns the contents of a box as an upright image, wider than high. */
    static Mat of(Mat image, Quadrilateral box) {
        int width = (int) box.width();
        int height = (int) box.height();
        Quadrilateral upright =
                new Quadrilateral(new Point(0, 0), new Point(width, 0), new Point(width, height), new Point(0, height));
        Mat crop = new Mat();
        warpPerspective(
                image,
                crop,
                getPerspectiveTransform(box.floats(), upright.floats()),
                new Size(width, height),
                INTER_CUBIC,
                BORDER_REPLICATE,
                Scalar.all(0));
        if ((double) height / width < VERTICAL) {
            return crop;
        }
        Mat turned = new Mat();
        rotate(crop, turned, ROTATE_90_COUNTERCLOCKWISE);
        return turned;
    }
}
