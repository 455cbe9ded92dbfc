package dev.latentstream.scenes;

import java.awt.Color;
import java.awt.Paint;
import java.awt.PaintContext;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Transparency;
import java.awt.geom.AffineTransform;
import java.awt.geom.NoninvertibleTransformException;
import java.awt.geom.Rectangle2D;
import java.awt.image.ColorModel;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import org.jspecify.annotations.Nullable;

/** Stripes, dots or squares, computed per pixel with soft edges, so that they are clean at any resolution. */
final class PatternPaint implements Paint {
    // In units of the painter's grid: about four stripes, dots or squares across an object.
    private static final double STRIPES = 26;
    private static final double DOTS = 24;
    private static final double DOT_RADIUS = 7.5;
    private static final double SQUARES = 34;

    private final int ground;
    private final int mark;
    private final Pattern pattern;

    PatternPaint(Colour colour, Pattern pattern) {
        this.ground = colour.rgb();
        this.mark = colour.mark();
        this.pattern = pattern;
    }

    @Override
    public int getTransparency() {
        return Transparency.OPAQUE;
    }

    @Override
    public PaintContext createContext(
            @Nullable ColorModel model,
            Rectangle device,
            Rectangle2D user,
            AffineTransform toDevice,
            @Nullable RenderingHints hints) {
        try {
            return new Context(toDevice.createInverse());
        } catch (NoninvertibleTransformException e) {
            return new Color(ground).createContext(model, device, user, toDevice, hints);
        }
    }

    /** Returns the depth of a point inside a mark in grid units, negative outside. */
    private double depth(double x, double y) {
        return switch (pattern) {
            case PLAIN -> Double.NEGATIVE_INFINITY;
            case STRIPED -> STRIPES * 0.22 - Math.abs(wrap((x + y) * Math.sqrt(0.5), STRIPES));
            case DOTTED -> {
                double shift = Math.abs(wrap(y, 2 * DOTS)) < DOTS / 2 ? 0 : DOTS / 2;
                yield DOT_RADIUS - Math.hypot(wrap(x + shift, DOTS), wrap(y, DOTS));
            }
            case CHECKED -> {
                double across = SQUARES / 4 - Math.abs(wrap(x, SQUARES));
                double down = SQUARES / 4 - Math.abs(wrap(y, SQUARES));
                yield Math.signum(across * down) * Math.min(Math.abs(across), Math.abs(down));
            }
        };
    }

    /** Returns the signed distance of a value from the nearest multiple of the period. */
    private static double wrap(double value, double period) {
        return value - period * Math.rint(value / period);
    }

    private final class Context implements PaintContext {
        private final AffineTransform toGrid;
        private final double pixel;

        Context(AffineTransform toGrid) {
            this.toGrid = toGrid;
            this.pixel = Math.sqrt(Math.abs(toGrid.getDeterminant()));
        }

        @Override
        public ColorModel getColorModel() {
            return new DirectColorModel(24, 0xFF0000, 0x00FF00, 0x0000FF);
        }

        @Override
        public Raster getRaster(int left, int top, int width, int height) {
            WritableRaster raster = getColorModel().createCompatibleWritableRaster(width, height);
            int[] row = new int[width];
            double[] point = new double[2];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    point[0] = left + x + 0.5;
                    point[1] = top + y + 0.5;
                    toGrid.transform(point, 0, point, 0, 1);
                    double share = Math.min(1, Math.max(0, 0.5 + depth(point[0], point[1]) / pixel));
                    row[x] = Rgb.blend(ground, mark, (int) (100 * share));
                }
                raster.setDataElements(0, y, width, 1, row);
            }
            return raster;
        }

        @Override
        public void dispose() {}
    }
}
