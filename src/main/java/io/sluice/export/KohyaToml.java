package io.sluice.export;

import java.util.Map;

/** The file that sd-scripts is given as {@code --dataset_config}. */
final class KohyaToml {
    private KohyaToml() {}

    /**
     * @param masked whether each picture has a mask
     * @param folders an example of each, by the folder's name
     */
    static String of(ExportOptions options, boolean masked, Map<String, Example> folders) {
        StringBuilder toml = new StringBuilder("# --dataset_config of sd-scripts"
                + (masked ? ", with --masked_loss\n" : "\n") + "[general]\ncaption_extension = \".txt\"\n");
        for (BucketSettings buckets : options.buckets()) {
            toml.append("\n[[datasets]]\n")
                    .append("resolution = [" + buckets.width() + ", " + buckets.height() + "]\n")
                    .append("batch_size = 1\nenable_bucket = true\n")
                    .append("min_bucket_reso = " + buckets.min() + "\n")
                    .append("max_bucket_reso = " + buckets.max() + "\n")
                    .append("bucket_reso_steps = " + buckets.step() + "\n")
                    .append("bucket_no_upscale = " + !buckets.upscales() + "\n");
            folders.forEach((folder, example) -> {
                toml.append("\n[[datasets.subsets]]\n")
                        .append("image_dir = " + quoted(options.root() + "/img/" + folder) + "\n")
                        .append("num_repeats = " + example.repeats() + "\n");
                if (masked) {
                    toml.append("conditioning_data_dir = " + quoted(options.root() + "/masks/" + folder) + "\n");
                } else {
                    // The trainer refuses it beside conditioning_data_dir. Each picture has a caption, so it is for
                    // people.
                    toml.append("class_tokens = " + quoted(example.concept()) + "\n");
                }
            });
        }
        return toml.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
