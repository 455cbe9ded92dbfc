package dev.latentstream.scenes;

import java.awt.Graphics2D;
import java.util.Locale;
import java.util.function.Consumer;

/** A kind of object: its noun, its proportions and its drawing. */
// Its drawings are methods without state.
@SuppressWarnings("ImmutableEnumChecker")
public enum Kind {
    HOUSE(92, 92, Cover.PATTERNED, Habitat.GROUND, Buildings::house),
    TENT(100, 76, Cover.PATTERNED, Habitat.GROUND, Buildings::tent),
    LAMP(68, 96, Cover.PATTERNED, Habitat.GROUND, Buildings::lamp),
    CHAIR(60, 96, Cover.PLAIN, Habitat.GROUND, Buildings::chair),
    TABLE(100, 64, Cover.PLAIN, Habitat.GROUND, Buildings::table),
    CLOCK(84, 96, Cover.PLAIN, Habitat.GROUND, Buildings::clock),
    BED(100, 64, Cover.PATTERNED, Habitat.GROUND, Buildings::bed),

    CAR(100, 56, Cover.PATTERNED, Habitat.GROUND, Vehicles::car),
    BUS(100, 64, Cover.PATTERNED, Habitat.GROUND, Vehicles::bus),
    BOAT(94, 96, Cover.PATTERNED, Habitat.GROUND, Vehicles::boat),
    BICYCLE(100, 70, Cover.PLAIN, Habitat.GROUND, Vehicles::bicycle),
    ROCKET(64, 100, Cover.PATTERNED, Habitat.AIR, Vehicles::rocket),
    BALLOON(60, 100, Cover.PATTERNED, Habitat.AIR, Vehicles::balloon),
    KITE(68, 100, Cover.PATTERNED, Habitat.AIR, Vehicles::kite),

    FISH(100, 66, Cover.PATTERNED, Habitat.GROUND, Animals::fish),
    BIRD(100, 84, Cover.PATTERNED, Habitat.AIR, Animals::bird),
    CAT(76, 96, Cover.PATTERNED, Habitat.GROUND, Animals::cat),
    DOG(100, 86, Cover.PATTERNED, Habitat.GROUND, Animals::dog),
    RABBIT(64, 100, Cover.PATTERNED, Habitat.GROUND, Animals::rabbit),
    SNAIL(100, 72, Cover.PATTERNED, Habitat.GROUND, SmallAnimals::snail),
    BUTTERFLY(100, 84, Cover.PATTERNED, Habitat.AIR, SmallAnimals::butterfly),
    TURTLE(100, 64, Cover.PATTERNED, Habitat.GROUND, SmallAnimals::turtle),

    TREE(80, 100, Cover.PATTERNED, Habitat.GROUND, Plants::tree),
    FLOWER(70, 100, Cover.PLAIN, Habitat.GROUND, Plants::flower),
    MUSHROOM(90, 92, Cover.PATTERNED, Habitat.GROUND, Plants::mushroom),
    CACTUS(76, 100, Cover.PATTERNED, Habitat.GROUND, Plants::cactus),
    APPLE(84, 96, Cover.PATTERNED, Habitat.GROUND, Plants::apple),
    CAKE(96, 92, Cover.PATTERNED, Habitat.GROUND, Plants::cake),

    CUP(94, 84, Cover.PATTERNED, Habitat.GROUND, Things::cup),
    BOTTLE(44, 100, Cover.PATTERNED, Habitat.GROUND, Things::bottle),
    BOOK(100, 76, Cover.PATTERNED, Habitat.GROUND, Things::book),
    KEY(100, 48, Cover.PLAIN, Habitat.GROUND, Things::key),
    HAT(100, 74, Cover.PATTERNED, Habitat.GROUND, Things::hat),
    UMBRELLA(100, 100, Cover.PATTERNED, Habitat.GROUND, Things::umbrella),
    CROWN(96, 76, Cover.PLAIN, Habitat.GROUND, Things::crown),

    STAR(100, 96, Cover.PATTERNED, Habitat.AIR, Toys::star),
    BALL(90, 90, Cover.PLAIN, Habitat.GROUND, Toys::ball),
    HEART(96, 90, Cover.PATTERNED, Habitat.AIR, Toys::heart),
    DRUM(92, 92, Cover.PATTERNED, Habitat.GROUND, Toys::drum),
    GUITAR(50, 100, Cover.PLAIN, Habitat.GROUND, Toys::guitar),
    BELL(84, 96, Cover.PATTERNED, Habitat.GROUND, Toys::bell);

    private enum Cover {
        PLAIN,
        PATTERNED
    }

    private enum Habitat {
        GROUND,
        AIR
    }

    private final int widthPercent;
    private final int heightPercent;
    private final Cover cover;
    private final Habitat habitat;
    private final Consumer<ShapePainter> drawing;

    Kind(int widthPercent, int heightPercent, Cover cover, Habitat habitat, Consumer<ShapePainter> drawing) {
        this.widthPercent = widthPercent;
        this.heightPercent = heightPercent;
        this.cover = cover;
        this.habitat = habitat;
        this.drawing = drawing;
    }

    /** Returns its noun in captions. */
    public String noun() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether its body is large enough for stripes, dots or squares. */
    public boolean takesPattern() {
        return cover == Cover.PATTERNED;
    }

    /** Returns whether it belongs in the upper part of an image. */
    boolean flies() {
        return habitat == Habitat.AIR;
    }

    /** Returns the width of the drawing in percent of the object's extent. */
    int widthPercent() {
        return widthPercent;
    }

    /** Returns the height of the drawing in percent of the object's extent. */
    int heightPercent() {
        return heightPercent;
    }

    /** Draws it, facing right, centred in the square from (0, 0) to (100, 100) of the given graphics. */
    void draw(Graphics2D graphics, Colour colour, Pattern pattern) {
        drawing.accept(new ShapePainter(graphics, colour, pattern));
    }
}
