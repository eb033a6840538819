package io.sluice.sheet;

import io.sluice.image.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** A contact sheet as one HTML file, pictures included: it can be mailed, and opened without a network. */
public final class HtmlSheet {
    private static final int LONG_SIDE = 480;
    private static final float QUALITY = 0.85f;

    private static final String STYLE = """
            :root { color-scheme: light dark; --paper: #f6f4ef; --card: #fff; --ink: #23262b; --faint: #6e7480; --well: #e9e6df;
                    --left: #2f6f5e; --lost: #b4552d; }
            @media (prefers-color-scheme: dark) {
              :root { --paper: #17181b; --card: #222429; --ink: #eceae5; --faint: #9aa0ab; --well: #101114; --left: #58a98f;
                      --lost: #e08a5f; }
            }
            body { margin: 0 auto; max-width: 1680px; padding: 2rem; background: var(--paper); color: var(--ink);
                   font: 15px/1.4 system-ui, sans-serif; }
            h1 { margin: 0; font-size: 1.9rem; } h2 { margin: 2.2rem 0 0; font-size: 1.3rem; }
            p { margin: .3rem 0 1rem; color: var(--faint); }
            .funnel { display: flex; gap: 1rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
            .funnel li { flex: 1; } .funnel strong { font-size: 1.2rem; } .funnel em { font-style: normal; color: var(--lost); }
            .funnel div { height: 76px; display: flex; align-items: center; border-left: 2px solid var(--well); }
            .funnel span { display: block; width: 100%; min-height: 2px; background: var(--left); border-radius: 3px; }
            .cells { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); }
            .large { grid-template-columns: repeat(auto-fill, minmax(360px, 1fr)); }
            .pairs { grid-template-columns: repeat(auto-fill, minmax(min(100%, 640px), 1fr)); }
            .small { grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); }
            figure { margin: 0; background: var(--card); border-radius: 8px; overflow: hidden; display: flex;
                     flex-direction: column; }
            .pictures { display: flex; gap: 4px; background: var(--well); }
            .pictures img { flex: 1; min-width: 0; aspect-ratio: 16 / 9; object-fit: contain; }
            figcaption { padding: .6rem .7rem; display: flex; flex-direction: column; gap: .3rem; flex: 1; }
            small { color: var(--faint); margin-top: auto; }
            """;

    private HtmlSheet() {}

    /** Writes HTML in UTF-8. */
    public static void write(ContactSheet sheet, OutputStream out) throws IOException {
        Writer page = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        page.write("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
        page.write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.write("<title>" + escaped(sheet.title()) + "</title>\n<style>\n" + STYLE + "</style>\n");
        page.write("<h1>" + escaped(sheet.title()) + "</h1>\n<p>" + escaped(sheet.subtitle()) + "</p>\n");
        funnel(sheet.funnel(), page);
        for (ContactSheet.Section section : sheet.sections()) {
            page.write("<h2>" + escaped(section.heading()) + "</h2>\n<p>" + escaped(section.notes()) + "</p>\n");
            page.write("<div class=\"cells " + section.layout().name().toLowerCase(Locale.ROOT) + "\">\n");
            for (ContactSheet.Cell cell : section.cells()) {
                cell(cell, page);
            }
            page.write("</div>\n");
        }
        page.write("<p>" + escaped(sheet.footer()) + "</p>\n</html>\n");
        page.flush();
    }

    private static void funnel(List<ContactSheet.Step> steps, Writer page) throws IOException {
        if (steps.isEmpty()) {
            return;
        }
        int most = Math.max(
                1,
                steps.stream().mapToInt(step -> step.left() + step.lost()).max().orElse(1));
        page.write("<ol class=\"funnel\">\n");
        for (ContactSheet.Step step : steps) {
            page.write("<li><strong>" + step.left() + "</strong><div><span style=\"height: " + 100 * step.left() / most
                    + "%\"></span></div>" + escaped(step.name())
                    + (step.lost() == 0 ? "" : " <em>−" + step.lost() + "</em>") + "</li>\n");
        }
        page.write("</ol>\n");
    }

    private static void cell(ContactSheet.Cell cell, Writer page) throws IOException {
        page.write("<figure id=\"" + escaped(cell.frame()) + "\"><div class=\"pictures\">");
        if (cell.before().isPresent()) {
            picture(cell.before().get().get(), "before", page);
            picture(cell.picture().get(), "after", page);
        } else {
            picture(cell.picture().get(), cell.text(), page);
        }
        page.write("</div><figcaption><span>" + escaped(cell.text()) + "</span><small>" + escaped(cell.facts())
                + "</small></figcaption></figure>\n");
    }

    private static void picture(Image image, String words, Writer page) throws IOException {
        String encoded = Base64.getEncoder().encodeToString(jpeg(image));
        page.write("<img alt=\"" + escaped(words) + "\" title=\"" + escaped(words) + "\" src=\"data:image/jpeg;base64,"
                + encoded + "\">");
    }

    private static byte[] jpeg(Image image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream target = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(QUALITY);
            writer.setOutput(target);
            writer.write(null, new IIOImage(Thumbnail.of(image, LONG_SIDE, LONG_SIDE), null, null), settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
