"""What the journey designer is told and what it sends: judgements, forms of steps, texts, counts. The screen is
`app.views.designer`, the designer itself `app/islands/src/journey-designer.tsx`."""
