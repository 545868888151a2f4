-- database: screening.sqlite

-- Q: How many records did each review include?
SELECT review.title, COUNT(*) AS included
FROM included_record
JOIN review ON review.id = included_record.review_id
GROUP BY review.title
ORDER BY included DESC;

-- Which reviewers disagreed most often on a title?
SELECT a.name AS one, b.name AS other, COUNT(*) AS disagreements
FROM decision AS first
JOIN decision AS second
  ON second.record_id = first.record_id AND second.stage = first.stage AND first.reviewer_id < second.reviewer_id
JOIN reviewer AS a ON a.id = first.reviewer_id
JOIN reviewer AS b ON b.id = second.reviewer_id
WHERE first.stage = 'title' AND first.verdict <> second.verdict
GROUP BY a.id, b.id
ORDER BY disagreements DESC, one, other;

-- Records without a journal, held against a query that is trusted.
-- expect: SELECT COUNT(*) - COUNT(journal) FROM record
SELECT COUNT(*) AS without_journal FROM record WHERE journal IS NULL;

-- Two mistakes to look at: a column with a slip, and a comparison that is never true.
SELECT titel, year FROM record ORDER BY year DESC LIMIT 10;
SELECT title FROM record WHERE journal = NULL;

-- Q: Which reviewers joined after 2021?

