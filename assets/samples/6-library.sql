CREATE TABLE books (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  author TEXT NOT NULL,
  year INTEGER
);

-- The ten newest books, with the number of times each was borrowed.
SELECT books.title, books.author, COUNT(loans.id) AS times
FROM books
LEFT JOIN loans ON loans.book_id = books.id
GROUP BY books.id
ORDER BY books.year DESC
LIMIT 10;
