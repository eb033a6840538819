package io.sluice.model.inpaint;

import io.sluice.image.Image;
import io.sluice.image.Mask;
import io.sluice.model.Contract;
import io.sluice.model.Hole;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.Painting;
import io.sluice.model.Role;
import io.sluice.model.token.Tokenizer;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Stable Diffusion as optimum and diffusers export it: {@code text-encoder} from {@code input_ids} int64 [1,77] to
 * {@code last_hidden_state} float32 [1,77,size]; {@code unet} from {@code sample} float32 [batch,9 or 4,side/8,side/8],
 * {@code timestep} and {@code encoder_hidden_states} to {@code out_sample} [batch,4,side/8,side/8]; {@code vae-encoder} from
 * {@code sample} [1,3,side,side] of -1 to 1 to {@code latent_sample}, or {@code latent_parameters}, of which the means are taken;
 * {@code vae-decoder} back. The nine channels are noisy latents, the mask (1 where it is painted) and latents of the picture without
 * what is in the hole; with four, what is outside the hole is put back after each step. Another VAE is another pair of files in the
 * manifest. Windows run one by one.
 */
public final class StableDiffusionInpainter implements Model<Hole, Image> {
    private static final String TEXT = "text-encoder";
    private static final String UNET = "unet";
    private static final String ENCODER = "vae-encoder";
    private static final String DECODER = "vae-decoder";
    private static final String TOKENIZER = "tokenizer";

    /** Stable Diffusion 1 and 2, for inpainting or plain. */
    public static final ModelKind<Hole, Image> KIND = new ModelKind<>(
            Painting.KIND, Role.INPAINT, List.of(TEXT, UNET, ENCODER, DECODER, TOKENIZER), Settings::read);

    /** Pixels of a latent's side. */
    private static final int CELL = 8;

    private static final int CHANNELS = 4;
    private static final int INPAINTING_CHANNELS = 9;

    /** Tokens of CLIP. */
    private static final int CONTEXT = 77;

    private static final long ANY = TensorSpec.SYMBOLIC;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession text;
    private final ModelSession unet;
    private final ModelSession encoder;
    private final ModelSession decoder;
    private final Tokenizer tokenizer;
    private final NoiseSchedule schedule = new NoiseSchedule();
    private final int latents;
    private final int channels;
    private final int batch;
    private final TensorSpec timestep;
    private final String encoded;

    /**
     * What manifests say of it.
     *
     * @param side of the picture that it knows, in pixels
     * @param scaling of latents, {@code scaling_factor} of the VAE's configuration
     * @param velocity whether the network tells v, else the noise
     * @param pad token behind the end of a prompt; -1 for the last one of the tokenizer's end
     */
    record Settings(int side, double scaling, boolean velocity, int pad) implements ModelSettings<Hole, Image> {

        static Settings read(ManifestSection manifest) {
            ManifestSection input = manifest.section("input");
            int side = (int) input.number("side", 512, 64, 2048, true);
            if (side % 64 != 0) {
                throw input.wrong("side", "a multiple of 64");
            }
            int pad = (int) input.number("pad", -1, 0, Integer.MAX_VALUE, true);
            input.close();
            ManifestSection output = manifest.section("output");
            double scaling = output.number("scaling", 0.18215, 0.001, 100, false);
            boolean velocity = output.has("prediction")
                    && output.choice("prediction", List.of("epsilon", "v"), word -> word)
                            .equals("v");
            output.close();
            return new Settings(side, scaling, velocity, pad);
        }

        @Override
        public Model<Hole, Image> open(OpenModel model) {
            return new StableDiffusionInpainter(this, model);
        }
    }

    /** @throws ModelException if the sessions' tensors are others than those above */
    private StableDiffusionInpainter(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.text = model.session(TEXT);
        this.unet = model.session(UNET);
        this.encoder = model.session(ENCODER);
        this.decoder = model.session(DECODER);
        this.latents = settings.side() / CELL;
        int side = settings.side();
        Contract words = new Contract(model.kind(), text);
        words.inputs(1);
        words.input("input_ids", ElementType.INT64, 1, CONTEXT);
        long size = words.output("last_hidden_state", ElementType.FLOAT32, 1, CONTEXT, ANY)
                .shape()
                .get(2);
        Contract denoising = new Contract(model.kind(), unet);
        denoising.inputs(3);
        TensorSpec sample = denoising.input("sample", ElementType.FLOAT32, ANY, ANY, latents, latents);
        this.channels = sample.shape().get(1) == ANY
                ? INPAINTING_CHANNELS
                : Math.toIntExact(sample.shape().get(1));
        if (channels != CHANNELS && channels != INPAINTING_CHANNELS) {
            throw new ModelException("model '" + unet.file() + "' is not of kind " + model.kind()
                    + ": input 'sample': expected " + CHANNELS + " or " + INPAINTING_CHANNELS + " channels, found "
                    + sample);
        }
        this.batch = sample.shape().get(0) == 1 ? 1 : 2;
        denoising.input("encoder_hidden_states", ElementType.FLOAT32, batch, CONTEXT, size);
        denoising.output("out_sample", ElementType.FLOAT32, batch, CHANNELS, latents, latents);
        this.timestep = unet.inputs().stream()
                .filter(tensor ->
                        tensor.name().equals("timestep") && tensor.shape().size() <= 1)
                .findFirst()
                .orElseThrow(() -> new ModelException("model '" + unet.file() + "' is not of kind " + model.kind()
                        + ": expected input 'timestep', one number, found " + unet.inputs()));
        Contract encoding = new Contract(model.kind(), encoder);
        encoding.input("sample", ElementType.FLOAT32, 1, 3, side, side);
        boolean parameters =
                encoder.outputs().stream().anyMatch(tensor -> tensor.name().equals("latent_parameters"));
        this.encoded = parameters ? "latent_parameters" : "latent_sample";
        encoding.output(encoded, ElementType.FLOAT32, 1, parameters ? 2 * CHANNELS : CHANNELS, latents, latents);
        Contract decoding = new Contract(model.kind(), decoder);
        decoding.input("latent_sample", ElementType.FLOAT32, 1, CHANNELS, latents, latents);
        decoding.output("sample", ElementType.FLOAT32, 1, 3, side, side);
        this.tokenizer = Tokenizer.json(model.file(TOKENIZER));
    }

    @Override
    public List<Image> infer(List<Hole> batch) {
        HoleTiles tiles = new HoleTiles(settings.side());
        return batch.stream()
                .map(hole -> {
                    Painting painting = hole.painting();
                    float[] negative = hidden(painting.negative());
                    float[] prompt = hidden(painting.prompt());
                    return tiles.fill(hole, window -> window(window, painting, negative, prompt));
                })
                .toList();
    }

    private float[] hidden(String words) {
        long[] tokens = tokenizer.ids(words, CONTEXT);
        long pad = settings.pad() < 0 ? tokens[tokens.length - 1] : settings.pad();
        Tensor ids = Tensor.longs(1, CONTEXT);
        for (int i = 0; i < CONTEXT; i++) {
            ids.longs().put(i, i < tokens.length ? tokens[i] : pad);
        }
        return text.run(
                Map.of("input_ids", ids),
                out -> values(new Contract(model.kind(), text)
                        .answer(out, "last_hidden_state", 1, CONTEXT, ANY)
                        .floats()));
    }

    private Image window(Hole hole, Painting painting, float[] negative, float[] prompt) {
        int plane = latents * latents;
        float[] mask = cells(hole.mask());
        float[] seen = encode(hole.image(), hole.mask());
        float[] whole = encode(hole.image(), Mask.empty(settings.side(), settings.side()));
        float[] noise = new float[CHANNELS * plane];
        Random random = new Random(painting.seed());
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        int[] times = NoiseSchedule.times(painting.steps());
        int made = Math.max(1, (int) (painting.steps() * painting.strength()));
        int first = times.length - made;
        float[] x = made == times.length ? noise.clone() : schedule.noised(whole, noise, times[first]);
        NoiseSchedule.Run run = schedule.new Run(painting.sampler(), painting.steps(), settings.velocity());
        for (int i = first; i < times.length; i++) {
            x = run.step(x, told(x, mask, seen, times[i], painting.guidance(), negative, prompt), times[i]);
            if (channels == CHANNELS) {
                int next = NoiseSchedule.next(times[i], painting.steps());
                float[] outside = next < 0 ? whole : schedule.noised(whole, noise, next);
                for (int j = 0; j < x.length; j++) {
                    x[j] = mask[j % plane] * x[j] + (1 - mask[j % plane]) * outside[j];
                }
            }
        }
        return decode(x);
    }

    /** Of the network's two answers, the one away from the negative prompt and beyond the prompt's by the guidance. */
    private float[] told(
            float[] x, float[] mask, float[] seen, int time, double guidance, float[] negative, float[] prompt) {
        float[] both = new float[2 * x.length];
        if (batch == 2) {
            both = predict(x, mask, seen, time, negative, prompt);
        } else {
            System.arraycopy(predict(x, mask, seen, time, negative), 0, both, 0, x.length);
            System.arraycopy(predict(x, mask, seen, time, prompt), 0, both, x.length, x.length);
        }
        float[] told = new float[x.length];
        for (int i = 0; i < told.length; i++) {
            told[i] = (float) (both[i] + guidance * (both[x.length + i] - both[i]));
        }
        return told;
    }

    private float[] predict(float[] x, float[] mask, float[] seen, int time, float[]... texts) {
        int rows = texts.length;
        int plane = latents * latents;
        Tensor sample = Tensor.floats(rows, channels, latents, latents);
        Tensor states = Tensor.floats(rows, CONTEXT, texts[0].length / CONTEXT);
        for (int row = 0; row < rows; row++) {
            int at = row * channels * plane;
            sample.floats().put(at, x);
            if (channels == INPAINTING_CHANNELS) {
                sample.floats().put(at + CHANNELS * plane, mask);
                sample.floats().put(at + (CHANNELS + 1) * plane, seen);
            }
            states.floats().put(row * texts[row].length, texts[row]);
        }
        Map<String, Tensor> in = new HashMap<>();
        in.put("sample", sample);
        in.put("encoder_hidden_states", states);
        in.put("timestep", at(time));
        return unet.run(
                in,
                out -> values(new Contract(model.kind(), unet)
                        .answer(out, "out_sample", rows, CHANNELS, latents, latents)
                        .floats()));
    }

    private Tensor at(int time) {
        long[] shape = timestep.shape().isEmpty() ? new long[0] : new long[] {1};
        if (timestep.type() == ElementType.INT64) {
            Tensor whole = Tensor.longs(shape);
            whole.longs().put(0, time);
            return whole;
        }
        Tensor real = Tensor.floats(shape);
        real.floats().put(0, time);
        return real;
    }

    /** 1 where the first of a cell's pixels is in the hole, which is the nearest one to a smaller size. */
    private float[] cells(Mask mask) {
        float[] cells = new float[latents * latents];
        for (int i = 0; i < cells.length; i++) {
            int x = i % latents * CELL;
            int y = i / latents * CELL;
            cells[i] = mask.values()[y * settings.side() + x] == 0 ? 0 : 1;
        }
        return cells;
    }

    /** Latents of the picture, grey in the hole. */
    private float[] encode(Image image, Mask hole) {
        int side = settings.side();
        int plane = side * side;
        Tensor pixels = Tensor.floats(1, 3, side, side);
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float level = (image.bgr()[3 * i + 2 - channel] & 0xff) / 127.5f - 1;
                pixels.floats().put(channel * plane + i, hole.values()[i] == 0 ? level : 0);
            }
        }
        return encoder.run(Map.of("sample", pixels), out -> {
            FloatBuffer found = new Contract(model.kind(), encoder)
                    .answer(out, encoded, 1, ANY, latents, latents)
                    .floats();
            float[] scaled = new float[CHANNELS * latents * latents];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = (float) (found.get(i) * settings.scaling());
            }
            return scaled;
        });
    }

    private Image decode(float[] x) {
        int side = settings.side();
        int plane = side * side;
        Tensor sample = Tensor.floats(1, CHANNELS, latents, latents);
        for (int i = 0; i < x.length; i++) {
            sample.floats().put(i, (float) (x[i] / settings.scaling()));
        }
        return decoder.run(Map.of("latent_sample", sample), out -> {
            FloatBuffer levels = new Contract(model.kind(), decoder)
                    .answer(out, "sample", 1, 3, side, side)
                    .floats();
            byte[] bgr = new byte[3 * plane];
            for (int i = 0; i < plane; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    float level = (levels.get(channel * plane + i) + 1) * 127.5f;
                    bgr[3 * i + 2 - channel] = (byte) Math.round(Math.min(Math.max(level, 0), 255));
                }
            }
            return new Image(side, side, bgr);
        });
    }

    private static float[] values(FloatBuffer buffer) {
        float[] values = new float[buffer.capacity()];
        buffer.get(0, values);
        return values;
    }

    @Override
    public String id() {
        return model.id();
    }

    @Override
    public String sha256() {
        return model.sha256();
    }
}
