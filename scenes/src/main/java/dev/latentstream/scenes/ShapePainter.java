package dev.latentstream.scenes;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.Shape;

/** Draws the parts of one object in its colour and pattern, on a grid of 100 by 100 with y downwards. */
final class ShapePainter {
    private static final int OUTLINE_WIDTH = 3;

    private final Graphics2D graphics;
    private final Colour colour;
    private final Paint body;
    private final Color outline;

    ShapePainter(Graphics2D graphics, Colour colour, Pattern pattern) {
        this.graphics = graphics;
        this.colour = colour;
        this.body = pattern == Pattern.PLAIN ? new Color(colour.rgb()) : new PatternPaint(colour, pattern);
        this.outline = new Color(colour.outline());
    }

    Colour colour() {
        return colour;
    }

    /** Draws a main part: colour, pattern and outline. */
    ShapePainter body(Shape shape) {
        return filled(shape, body, outline);
    }

    /** Draws a part in the object's colour that is too small for the pattern. */
    ShapePainter plain(Shape shape) {
        return filled(shape, new Color(colour.rgb()), outline);
    }

    /** Draws a part in the darker tone of the object's colour. */
    ShapePainter shade(Shape shape) {
        return filled(shape, new Color(colour.shade()), outline);
    }

    /** Draws a part in its own colour, outlined. */
    ShapePainter part(Shape shape, int rgb) {
        return filled(shape, new Color(rgb), outline);
    }

    /** Draws a small detail without an outline. */
    ShapePainter dot(Shape shape, int rgb) {
        graphics.setPaint(new Color(rgb));
        graphics.fill(shape);
        return this;
    }

    /** Draws a line in the outline's colour. */
    ShapePainter line(double width, Shape path) {
        return line(width, path, colour.outline());
    }

    /** Draws a line in the object's colour, edged by the outline. */
    ShapePainter bar(double width, Shape path) {
        return line(width + 2 * OUTLINE_WIDTH, path, colour.outline()).line(width, path, colour.rgb());
    }

    /** Draws a line in its own colour. */
    ShapePainter line(double width, Shape path, int rgb) {
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setPaint(new Color(rgb));
        graphics.draw(path);
        return this;
    }

    /** Draws a round eye, white with a black pupil. */
    ShapePainter eye(double x, double y, double radius) {
        return dot(Shapes.oval(x, y, radius, radius), 0xFFFFFF)
                .dot(Shapes.oval(x, y, radius * 0.62, radius * 0.62), 0x101010);
    }

    private ShapePainter filled(Shape shape, Paint paint, Color edge) {
        graphics.setPaint(paint);
        graphics.fill(shape);
        graphics.setStroke(new BasicStroke(OUTLINE_WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setPaint(edge);
        graphics.draw(shape);
        return this;
    }
}
