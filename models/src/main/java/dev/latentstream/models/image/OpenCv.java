package dev.latentstream.models.image;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_img_hash;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/**
 * Loads OpenCV's native libraries, with settings for a process that also uses other native libraries. Whatever
 * uses OpenCV calls this class before.
 *
 * <p>The launcher sets {@code OPENCV_LOG_LEVEL=SILENT}, without which OpenCV and libtiff print a line for each fault in a damaged
 * file; OpenCV's Java binding has no function for the log level. The libpng and libjpeg inside OpenCV print to standard error
 * whatever the level, one line for a damaged file.
 */
public final class OpenCv {
    private static boolean loaded;

    private OpenCv() {}

    /**
     * Loads the libraries that are not loaded yet.
     *
     * @param threads threads that one OpenCV operation may use, in the whole process
     */
    public static void load(int threads) {
        load();
        opencv_core.setNumThreads(threads);
    }

    /** Loads the libraries that are not loaded yet, and leaves the number of threads as it is. */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        // JavaCPP would fail where the whole process, networks included, has more than four times the heap.
        setUnlessSet("maxBytes", "0");
        setUnlessSet("maxPhysicalBytes", "0");
        // It would search every jar for the libraries of a build for GPUs: up to a second of each start.
        setUnlessSet("platform.extension", "");
        Loader.load(opencv_core.class);
        Loader.load(opencv_imgproc.class);
        Loader.load(opencv_imgcodecs.class);
        Loader.load(opencv_img_hash.class);
        loaded = true;
    }

    /** Returns a scope that frees the native memory allocated in it; loads the libraries before. */
    public static PointerScope scope() {
        load();
        return new PointerScope();
    }

    private static void setUnlessSet(String property, String value) {
        String name = "org.bytedeco.javacpp." + property;
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
