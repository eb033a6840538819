package io.sluice.world;

/** Puts people, dogs and cars into scenes, at a place and on their way. */
final class Population {
    private static final double PERSON_SPEED = 1.25;
    private static final double DOG_SPEED = 1.5;

    private final Scene scene;
    private final Look look;
    private final Dice dice;

    Population(Scene scene, Look look, Dice dice) {
        this.scene = scene;
        this.look = look;
        this.dice = dice;
    }

    /**
     * @param yaw which way the person looks
     * @param sits height of the seat; 0 to stand or walk
     */
    void person(Person person, Person.Pose pose, double x, double y, double z, double yaw, double sits) {
        String action = switch (pose) {
            case WALKING -> "walking";
            case SITTING -> "sitting";
            case STANDING -> "standing";
        };
        int object = scene.add(new Scene.Thing(Kind.PERSON, person.colour(), action));
        double start = dice.unit();
        double speed = pose == Person.Pose.WALKING ? PERSON_SPEED * dice.between(0.85, 1.15) : 0;
        double pace = 1 / (0.82 * person.height());
        scene.actors.add(new Scene.Placed(object, 1, x, z, (s, seconds) -> {
            double way = speed * seconds;
            s.stand(x + StrictMath.sin(yaw) * way, y, z + StrictMath.cos(yaw) * way, yaw, 1);
            person.sculpt(s, pose, start + way * pace, sits);
        }));
        scene.take(x, z, 0.45);
    }

    void dog(Dog dog, Dog.Pose pose, double x, double y, double z, double yaw) {
        String action = switch (pose) {
            case TROTTING -> "walking";
            case SITTING -> "sitting";
            case STANDING -> "standing";
        };
        int object = scene.add(new Scene.Thing(Kind.DOG, dog.colour(), action));
        double start = dice.unit();
        double speed = pose == Dog.Pose.TROTTING ? DOG_SPEED * dice.between(0.8, 1.2) : 0;
        double pace = 1 / (1.15 * dog.shoulder());
        double turned = dice.between(-0.7, 0.7);
        scene.actors.add(new Scene.Placed(object, 0.8, x, z, (s, seconds) -> {
            double way = speed * seconds;
            s.stand(x + StrictMath.sin(yaw) * way, y, z + StrictMath.cos(yaw) * way, yaw, 1);
            dog.sculpt(s, pose, start + way * pace, turned);
        }));
        scene.take(x, z, 0.55);
    }

    /** @param speed in metres a second along {@code yaw}; 0 for a parked car */
    void car(Car car, double x, double z, double yaw, double speed) {
        int object = scene.add(new Scene.Thing(Kind.CAR, car.colour(), speed > 0 ? "driving" : "standing"));
        scene.actors.add(new Scene.Placed(object, 3, x, z, (s, seconds) -> {
            double way = speed * seconds;
            s.stand(x + StrictMath.sin(yaw) * way, 0, z + StrictMath.cos(yaw) * way, yaw, 1);
            car.sculpt(s, way);
        }));
        scene.take(x, z, 2.3);
    }

    Person.Pose pose() {
        return dice.chance(0.6) ? Person.Pose.WALKING : Person.Pose.STANDING;
    }

    Dog.Pose dogPose() {
        return dice.of(Dog.Pose.TROTTING, Dog.Pose.TROTTING, Dog.Pose.STANDING, Dog.Pose.SITTING);
    }

    /** The dog with that number: the first in the colour that the cast asks for, or any. */
    Dog dog(SceneScript.Cast cast, int number) {
        Colour colour = cast.dogColour();
        return number == 0 && colour != null ? Dog.of(look, dice, colour) : Dog.random(look, dice);
    }
}
