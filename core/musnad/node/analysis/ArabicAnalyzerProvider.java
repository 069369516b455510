package org.musnad.analysis;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.Analysis;

/** The analyzer {@code arabic}; settings {@code stopwords}, {@code stopwords_path}, {@code stem_exclusion}. */
final class ArabicAnalyzerProvider extends AbstractIndexAnalyzerProvider<ArabicAnalyzer> {

    private final ArabicAnalyzer analyzer;

    ArabicAnalyzerProvider(IndexSettings index, Environment environment, String name, Settings settings) {
        super(name);
        analyzer = new ArabicAnalyzer(
            Analysis.parseStopWords(environment, settings, ArabicAnalyzer.getDefaultStopSet()),
            Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET)
        );
    }

    @Override
    public ArabicAnalyzer get() {
        return analyzer;
    }
}
