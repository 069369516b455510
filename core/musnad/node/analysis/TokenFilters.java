package org.musnad.analysis;

import static org.elasticsearch.plugins.AnalysisPlugin.requiresAnalysisSettings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.minhash.MinHashFilterFactory;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.StemmerOverrideFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.reverse.ReverseStringFilter;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The token filters, by the names and with the settings that a full Elasticsearch has for them. */
final class TokenFilters {

    private TokenFilters() {}

    static Map<String, AnalysisProvider<TokenFilterFactory>> all() {
        return Map.ofEntries(
            Map.entry("arabic_normalization", normalizing((i, e, n, s) -> ArabicNormalizationFilter::new)),
            Map.entry("arabic_stem", plain((i, e, n, s) -> ArabicStemFilter::new)),
            Map.entry("asciifolding", TokenFilters::asciifolding),
            Map.entry("decimal_digit", normalizing((i, e, n, s) -> DecimalDigitFilter::new)),
            Map.entry("edge_ngram", TokenFilters::edgeNgram),
            Map.entry("keyword_marker", requiresAnalysisSettings(plain(TokenFilters::keywordMarker))),
            Map.entry("length", plain(TokenFilters::length)),
            Map.entry("min_hash", plain(TokenFilters::minHash)),
            Map.entry("multiplexer", requiresAnalysisSettings(MultiplexerFactory::new)),
            Map.entry("ngram", plain(TokenFilters::ngram)),
            Map.entry("pattern_capture", requiresAnalysisSettings(plain(TokenFilters::patternCapture))),
            Map.entry("pattern_replace", requiresAnalysisSettings(normalizing(TokenFilters::patternReplace))),
            Map.entry("remove_duplicates", plain((i, e, n, s) -> RemoveDuplicatesTokenFilter::new)),
            Map.entry("stemmer_override", requiresAnalysisSettings(plain(TokenFilters::stemmerOverride))),
            Map.entry("trim", normalizing((i, e, n, s) -> TrimFilter::new)),
            Map.entry("unique", plain(TokenFilters::unique))
        );
    }

    /** Reads the settings once, when the index opens, and answers with what wraps each token stream. */
    @FunctionalInterface
    private interface Recipe {
        UnaryOperator<TokenStream> read(IndexSettings index, Environment environment, String name, Settings settings);
    }

    private static AnalysisProvider<TokenFilterFactory> plain(Recipe recipe) {
        return (index, environment, name, settings) -> new Factory(name, recipe.read(index, environment, name, settings));
    }

    /** For filters that change single characters: these may also stand in a keyword field's normalizer. */
    private static AnalysisProvider<TokenFilterFactory> normalizing(Recipe recipe) {
        return (index, environment, name, settings) -> {
            UnaryOperator<TokenStream> wrap = recipe.read(index, environment, name, settings);
            return new NormalizingFactory(name, wrap, wrap);
        };
    }

    private static class Factory extends AbstractTokenFilterFactory {
        private final UnaryOperator<TokenStream> wrap;

        Factory(String name, UnaryOperator<TokenStream> wrap) {
            super(name);
            this.wrap = wrap;
        }

        @Override
        public TokenStream create(TokenStream input) {
            return wrap.apply(input);
        }
    }

    private static final class NormalizingFactory extends Factory implements NormalizingTokenFilterFactory {
        private final UnaryOperator<TokenStream> normalize;

        NormalizingFactory(String name, UnaryOperator<TokenStream> wrap, UnaryOperator<TokenStream> normalize) {
            super(name, wrap);
            this.normalize = normalize;
        }

        @Override
        public TokenStream normalize(TokenStream input) {
            return normalize.apply(input);
        }
    }

    private static TokenFilterFactory asciifolding(IndexSettings index, Environment environment, String name, Settings settings) {
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
        // A normalizer must give one token, so there the original is never kept beside the folded form.
        return new NormalizingFactory(name, in -> new ASCIIFoldingFilter(in, preserveOriginal), ASCIIFoldingFilter::new);
    }

    private static TokenFilterFactory edgeNgram(IndexSettings index, Environment environment, String name, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
        UnaryOperator<TokenStream> grams = in -> new EdgeNGramTokenFilter(in, min, max, preserveOriginal);
        UnaryOperator<TokenStream> wrap = switch (settings.get("side", "front")) {
            case "front" -> grams;
            // Lucene knows the front only: grams of the back are those of the reversed word, reversed again.
            case "back" -> in -> new ReverseStringFilter(grams.apply(new ReverseStringFilter(in)));
            default -> throw new IllegalArgumentException("invalid side: " + settings.get("side"));
        };
        return new Factory(name, wrap) {
            @Override
            public boolean breaksFastVectorHighlighter() {
                return true;
            }
        };
    }

    private static UnaryOperator<TokenStream> ngram(IndexSettings index, Environment environment, String name, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        int allowed = index.getMaxNgramDiff();
        if (max - min > allowed) {
            throw new IllegalArgumentException(
                "token filter [" + name + "]: max_gram - min_gram is " + (max - min) + ", more than index.max_ngram_diff [" + allowed + "]"
            );
        }
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
        return in -> new NGramTokenFilter(in, min, max, preserveOriginal);
    }

    private static UnaryOperator<TokenStream> keywordMarker(IndexSettings index, Environment environment, String name, Settings settings) {
        String pattern = settings.get("keywords_pattern");
        if (pattern != null) {
            if (settings.get("keywords") != null || settings.get("keywords_path") != null) {
                throw new IllegalArgumentException("cannot specify both `keywords_pattern` and `keywords` or `keywords_path`");
            }
            Pattern compiled = Pattern.compile(pattern);
            return in -> new PatternKeywordMarkerFilter(in, compiled);
        }
        CharArraySet words = Analysis.getWordSet(environment, settings, "keywords");
        if (words == null) {
            throw new IllegalArgumentException(
                "keyword filter requires either `keywords`, `keywords_path`, or `keywords_pattern` to be configured"
            );
        }
        CharArraySet keywords = new CharArraySet(words, settings.getAsBoolean("ignore_case", false));
        return in -> new SetKeywordMarkerFilter(in, keywords);
    }

    private static UnaryOperator<TokenStream> length(IndexSettings index, Environment environment, String name, Settings settings) {
        int min = settings.getAsInt("min", 0);
        int max = settings.getAsInt("max", Integer.MAX_VALUE);
        return in -> new LengthFilter(in, min, max);
    }

    private static UnaryOperator<TokenStream> minHash(IndexSettings index, Environment environment, String name, Settings settings) {
        Map<String, String> lucene = new HashMap<>();
        Map.of("hash_count", "hashCount", "bucket_count", "bucketCount", "hash_set_size", "hashSetSize", "with_rotation", "withRotation")
            .forEach((ours, theirs) -> {
                if (settings.hasValue(ours)) {
                    lucene.put(theirs, settings.get(ours));
                }
            });
        return new MinHashFilterFactory(lucene)::create;
    }

    private static UnaryOperator<TokenStream> patternCapture(IndexSettings index, Environment environment, String name, Settings settings) {
        List<String> patterns = settings.getAsList("patterns", null, false);
        if (patterns == null) {
            throw new IllegalArgumentException("required setting 'patterns' is missing for token filter [" + name + "]");
        }
        Pattern[] compiled = patterns.stream().map(Pattern::compile).toArray(Pattern[]::new);
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", true);
        return in -> new PatternCaptureGroupTokenFilter(in, preserveOriginal, compiled);
    }

    private static UnaryOperator<TokenStream> patternReplace(IndexSettings index, Environment environment, String name, Settings settings) {
        String pattern = settings.get("pattern");
        if (pattern == null) {
            throw new IllegalArgumentException("pattern is missing for [" + name + "] token filter of type 'pattern_replace'");
        }
        Pattern compiled = Regex.compile(pattern, settings.get("flags"));
        String replacement = settings.get("replacement", "");
        boolean everywhere = settings.getAsBoolean("all", true);
        return in -> new PatternReplaceFilter(in, compiled, replacement, everywhere);
    }

    private static UnaryOperator<TokenStream> stemmerOverride(IndexSettings index, Environment environment, String name, Settings settings) {
        List<String> rules = Analysis.getWordList(environment, settings, "rules");
        if (rules == null) {
            throw new IllegalArgumentException("stemmer override filter requires either `rules` or `rules_path` to be configured");
        }
        StemmerOverrideFilter.Builder overrides = new StemmerOverrideFilter.Builder(false);
        for (String rule : rules) {
            String[] sides = rule.split("=>", -1);
            String stem = sides.length == 2 ? sides[1].trim() : "";
            if (stem.isEmpty() || stem.indexOf(',') >= 0) {
                throw new IllegalArgumentException("Invalid Keyword override Rule:" + rule);
            }
            for (String word : sides[0].split(",", -1)) {
                if (word.isBlank()) {
                    throw new IllegalArgumentException("Invalid Keyword override Rule:" + rule);
                }
                overrides.add(word.trim(), stem);
            }
        }
        try {
            StemmerOverrideFilter.StemmerOverrideMap map = overrides.build();
            return in -> new StemmerOverrideFilter(in, map);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UnaryOperator<TokenStream> unique(IndexSettings index, Environment environment, String name, Settings settings) {
        boolean onlyOnSamePosition = settings.getAsBoolean("only_on_same_position", false);
        return in -> new UniqueTokenFilter(in, onlyOnSamePosition);
    }
}
