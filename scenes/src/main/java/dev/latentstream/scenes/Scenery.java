package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.box;
import static dev.latentstream.scenes.Shapes.curve;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;

/** The details that distinguish backgrounds, close to their base colours so that objects stand out. */
final class Scenery {
    private Scenery() {}

    static void fill(Graphics2D graphics, Shape shape, int rgb) {
        graphics.setPaint(new Color(rgb));
        graphics.fill(shape);
    }

    static void meadow(Graphics2D graphics, SeededRandom draws) {
        clouds(graphics, draws, 0xEDF6FB);
        hill(graphics, 52, draws, 0xA3CC8B);
        fill(graphics, box(0, 66, 100, 34), 0xB4D89A);
        for (int blade = 0; blade < 12; blade++) {
            int x = draws.below(98);
            int y = draws.between(66, 96);
            line(graphics, 1, polyline(x, y, x + 1, y - 4), 0x93C178);
        }
    }

    static void beach(Graphics2D graphics, SeededRandom draws) {
        clouds(graphics, draws, 0xF4FAFD);
        for (int wave = 0; wave < 4; wave++) {
            int y = 43 + 4 * wave;
            int x = draws.below(70);
            line(graphics, 1, curve(x, y, x + 8, y - 1, x + 16, y, x + 24, y - 1), 0xB9DEEC);
        }
        fill(graphics, blob(-20, 62, 20, 58, 60, 62, 120, 58, 130, 110, -20, 110), 0xEEDDB0);
    }

    static void night(Graphics2D graphics, SeededRandom draws) {
        fill(graphics, box(0, 78, 100, 22), 0x2B3360);
        for (int star = 0; star < 26; star++) {
            double size = draws.between(3, 6) / 10.0;
            fill(graphics, oval(draws.below(100), draws.below(76), size, size), 0xC9CDE8);
        }
        hill(graphics, 88, draws, 0x1B2144);
    }

    static void desert(Graphics2D graphics, SeededRandom draws) {
        hill(graphics, 50, draws, 0xEAC693);
        hill(graphics, 66, draws, 0xE3B77F);
        hill(graphics, 84, draws, 0xDBAD74);
    }

    static void snow(Graphics2D graphics, SeededRandom draws) {
        hill(graphics, 44, draws, 0xE2EAF3);
        hill(graphics, 62, draws, 0xF2F6FA);
        for (int flake = 0; flake < 22; flake++) {
            fill(graphics, oval(draws.below(100), draws.below(46), 0.9, 0.9), 0xF4F8FC);
        }
    }

    static void sea(Graphics2D graphics, SeededRandom draws) {
        fill(graphics, box(0, 0, 100, 32), 0x5499BA);
        fill(graphics, box(0, 0, 100, 14), 0x5FA3C2);
        fill(graphics, box(0, 70, 100, 30), 0x4383A4);
        for (int bubble = 0; bubble < 10; bubble++) {
            double radius = draws.between(8, 20) / 10.0;
            line(graphics, 0.7, oval(draws.below(100), draws.below(100), radius, radius), 0x7DB6D0);
        }
        for (int weed = 0; weed < 4; weed++) {
            int x = draws.below(100);
            line(graphics, 2, curve(x, 100, x - 3, 93, x + 2, 87, x, 80), 0x377C80);
        }
    }

    static void room(Graphics2D graphics, SeededRandom draws) {
        for (int stripe = draws.below(10); stripe < 100; stripe += 10) {
            fill(graphics, box(stripe, 0, 3, 66), 0xE9DBC7);
        }
        fill(graphics, box(0, 64, 100, 3), 0xF7F1E8);
        for (int plank = 0; plank < 4; plank++) {
            line(graphics, 0.7, polyline(0, 72 + 8 * plank, 100, 72 + 8 * plank), 0xB28B60);
        }
    }

    static void street(Graphics2D graphics, SeededRandom draws) {
        for (int x = -draws.below(12); x < 100; x += 14) {
            int top = draws.between(14, 44);
            fill(graphics, box(x, top, 12, 60 - top), 0xC2CCD6);
            for (int window = top + 4; window < 56; window += 8) {
                fill(graphics, box(x + 2, window, 3, 4), 0xDCE4EA);
                fill(graphics, box(x + 7, window, 3, 4), 0xDCE4EA);
            }
        }
        fill(graphics, box(0, 60, 100, 5), 0xB4BABF);
        for (int x = -draws.below(20); x < 100; x += 24) {
            fill(graphics, box(x, 81, 14, 2), 0xC9CCCF);
        }
    }

    static void evening(Graphics2D graphics, SeededRandom draws) {
        int[] sky = {0x8E6FA0, 0xA0769F, 0xB8809A, 0xCF8C92, 0xE0978B, 0xE8A08A, 0xEFB08E};
        for (int step = 0; step < sky.length; step++) {
            fill(graphics, box(0, 11 * step, 100, 100), sky[step]);
        }
        fill(graphics, oval(draws.between(20, 80), 76, 9, 9), 0xF7CF9A);
        hill(graphics, 76, draws, 0x4A3D5C);
    }

    static void paper(Graphics2D graphics, SeededRandom draws) {
        for (int y = draws.between(6, 12); y < 100; y += 9) {
            line(graphics, 0.6, polyline(0, y, 100, y), 0xDDE3EA);
        }
        line(graphics, 0.8, polyline(9, 0, 9, 100), 0xEFC9C4);
    }

    static void mountain(Graphics2D graphics, SeededRandom draws) {
        clouds(graphics, draws, 0xE8F1F7);
        fill(graphics, box(0, 34, 100, 50), 0xB9C4C8);
        hill(graphics, 33, draws, 0xB9C4C8);
        for (int peak = 0; peak < 3; peak++) {
            int x = 16 + 34 * peak + draws.between(-6, 6);
            int top = draws.between(14, 32);
            fill(graphics, polygon(x, top, x + 32, 80, x - 32, 80), 0x9AA2A8);
            fill(graphics, polygon(x, top, x + 8, top + 13, x + 2, top + 10, x - 8, top + 13), 0xE9EEF2);
        }
        hill(graphics, 76, draws, 0xA9AFA6);
    }

    static void forest(Graphics2D graphics, SeededRandom draws) {
        for (int x = draws.between(-4, 4); x < 100; x += 13) {
            fill(graphics, box(x, 0, draws.between(3, 6), 72), 0x344F3D);
        }
        for (int crown = 0; crown < 7; crown++) {
            fill(graphics, oval(16 * crown + draws.below(6), draws.below(6), 13, 10), 0x486B53);
        }
        hill(graphics, 70, draws, 0x7E8A5A);
    }

    private static void clouds(Graphics2D graphics, SeededRandom draws, int rgb) {
        for (int cloud = 0; cloud < 3; cloud++) {
            int x = draws.below(100);
            int y = draws.between(6, 30);
            fill(graphics, oval(x, y, 10, 4), rgb);
            fill(graphics, oval(x - 4, y - 3, 5, 4), rgb);
            fill(graphics, oval(x + 4, y - 2, 4, 3), rgb);
        }
    }

    private static void hill(Graphics2D graphics, int top, SeededRandom draws, int rgb) {
        int left = top + draws.between(-4, 4);
        int middle = top + draws.between(-4, 4);
        int right = top + draws.between(-4, 4);
        fill(graphics, blob(-30, left, 20, left, 55, middle, 85, right, 130, right, 130, 125, -30, 125), rgb);
    }

    private static void line(Graphics2D graphics, double width, Shape path, int rgb) {
        graphics.setStroke(new BasicStroke((float) width));
        graphics.setPaint(new Color(rgb));
        graphics.draw(path);
    }
}
